import type { Refusal } from '../../core/refusal.ts';
import type { Debt } from '../../ports/outbox.ts';
import { notePresence } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { changeOwnership, type OwnershipChange } from './change-ownership.ts';
import type { Changed } from './changed.ts';
import { mirrorClaims, payDebts, swapOwing } from './mirror.ts';
import { isTaking } from './plan-order.ts';

/** What a command changed, and what could not be written into mirrors. */
export type CarriedOut = Changed & { readonly warnings: readonly Warning[] };

/**
 * Carries out what a session wants of claims: changes ownership, notes that the session is here while git reads, and writes the
 * mirrors of what changed.
 *
 * @throws ClaimError as {@link changeOwnership}
 */
export async function carryOut(ports: Ports, change: OwnershipChange): Promise<CarriedOut | Refusal> {
  let debts = null as readonly Debt[] | null;
  const changing = changeOwnership(ports, change, async (changes, paths) => {
    const swapped = await swapOwing(ports, changes, paths);
    debts = swapped.debts;
    return swapped.outcome;
  });
  notePresence(ports, change.asker);
  const outcome = await changing;
  if (outcome.kind === 'refused') return outcome;
  const warnings = await mirrorClaims(ports, outcome.claims, debts ?? []);
  // If nothing was written, an earlier run of this very command may have been killed: its debts are paid at once.
  const mine = debts === null ? change.orders : [];
  // A new claim pays its debts once it has a worktree.
  if (!isTaking(change.command)) warnings.push(...(await payDebts(ports, mine)));
  return { ...outcome, warnings };
}
