import { isLive } from '../../core/claim/record.ts';
import type { Command } from '../../core/claim/transitions.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import { observe, relationTo } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { takeBack } from './take-back.ts';

/** Asks a person, a guest in the holder's worktree, whether to do this to the holder's claim. Null: nobody can be asked. */
export type Consent = ((command: Command, claim: ClaimView) => Promise<boolean>) | null;

/** What was done, and what a person is told of the way there. */
type Done<T> = { readonly outcome: T | Refusal; readonly warnings: readonly Warning[] };

/**
 * Does what only a holder does. A person who is refused may still be entitled to it: the terminal that holds the claim has closed
 * and was theirs, so the claim comes over first; or they are a guest in the holder's worktree, and agree to speak for the holder.
 *
 * @param act does it, once more with `isStandingIn` if a guest agreed
 * @throws ClaimError `illegal` if the guest did not agree
 */
export async function asHolder<T>(
  ports: Ports,
  asker: Identity,
  { command, orders, consent }: { readonly command: Command; readonly orders: readonly OrderId[]; readonly consent: Consent },
  act: (isStandingIn: boolean) => Promise<T | Refusal>,
): Promise<Done<T>> {
  const first = await act(false);
  if (asker.person === null || !isRefusal(first)) return { outcome: first, warnings: [] };
  const readings = await ports.registry.read(orders);
  const related = (relation: string) =>
    orders.filter((order) => {
      const reading = readings.get(order);
      return reading?.kind === 'record' && isLive(reading.record) && relationTo(ports, reading, asker) === relation;
    });
  const [returned, hosted] = [related('returned'), command === 'renew' ? [] : related('guest')];
  const asked =
    consent === null
      ? []
      : observe(
          ports,
          [...readings].filter(([order]) => hosted.includes(order)),
          asker,
        );
  if (returned.length === 0 && asked.length === 0) return { outcome: first, warnings: [] };
  for (const claim of asked)
    if (!(await consent?.(command, claim))) throw new ClaimError({ code: 'illegal', kind: 'guest-declined', order: claim.order });
  const { warnings } = await takeBack(ports, asker, returned);
  return { outcome: await act(asked.length > 0), warnings };
}

function isRefusal(outcome: unknown): outcome is Refusal {
  return (outcome as { readonly kind?: unknown }).kind === 'refused';
}
