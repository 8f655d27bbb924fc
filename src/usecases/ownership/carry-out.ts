import type { Refusal } from '../../core/refusal.ts';
import type { PendingMirror } from '../../ports/outbox.ts';
import { notePresence } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { changeOwnership, type OwnershipChange } from './change-ownership.ts';
import type { Changed } from './changed.ts';
import { mirrorClaims, swapAndNotePending, writePending } from './mirror.ts';
import { isTaking } from './plan-order.ts';

/** What a command changed, with warnings of mirrors that could not be written. */
export type CarriedOut = Changed & { readonly warnings: readonly Warning[] };

/**
 * Carries out a session's command on claims: changes ownership, records the session's presence while git reads, and writes the
 * mirrors of what changed.
 *
 * @throws ClaimError as {@link changeOwnership}
 */
export async function carryOut(ports: Ports, change: OwnershipChange): Promise<CarriedOut | Refusal> {
  let pending = null as readonly PendingMirror[] | null;
  const changing = changeOwnership(ports, change, async (changes, paths) => {
    const swapped = await swapAndNotePending(ports, changes, paths);
    pending = swapped.pending;
    return swapped.outcome;
  });
  notePresence(ports, change.asker);
  const outcome = await changing;
  if (outcome.kind === 'refused') return outcome;
  const warnings = await mirrorClaims(ports, outcome.claims, pending ?? []);
  // If nothing was written, an earlier run of this very command may have been killed: its mirrors are written at once.
  const mine = pending === null ? change.orders : [];
  // A new claim writes them once it has a worktree.
  if (!isTaking(change.command)) warnings.push(...(await writePending(ports, mine)));
  return { ...outcome, warnings };
}
