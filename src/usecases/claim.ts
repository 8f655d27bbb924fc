import type { Refusal } from '../core/claim/refusal.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { askerOf } from './asker.ts';
import { type ChangedClaim, changeOwnership } from './change-ownership.ts';
import { noteChange } from './note-change.ts';
import { observe } from './observe.ts';
import { ownPlaces, presentPlace } from './places.ts';
import type { Ports } from './ports.ts';
import { parseOrders } from './selection.ts';
import { settle } from './settle.ts';
import type { Warning } from './warning.ts';

export type ClaimRequest = {
  readonly orders: readonly string[];
  /** Claim for the present tree instead of making one. */
  readonly isHere: boolean;
  /** The revision new work starts from; null: the default branch. */
  readonly base: string | null;
  /** Completed orders may be claimed again. */
  readonly isReopen: boolean;
};

export type Claimed = {
  readonly kind: 'claimed';
  readonly claims: readonly { readonly view: ClaimView; readonly isAlready: boolean; readonly isHere: boolean }[];
  readonly warnings: readonly Warning[];
};

/**
 * Claims orders for the session that asks, all or nothing, and makes or adopts the work tree of each.
 *
 * @throws ClaimError when the input is bad or git fails; then nothing is claimed that was not before
 */
export async function claim(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  const orders = parseOrders(ports, request.orders);
  const asker = askerOf(ports);
  const { titles, hasOrders } = ports.titles.find(orders);
  const command = request.isReopen ? 'reopen' : 'claim';
  const here = request.isHere ? presentPlace(ports) : null;
  const outcome = await changeOwnership(ports, asker, command, orders, async (readings) => {
    const placeOf = await (here ?? ownPlaces(ports, request.base, titles, readings));
    return (order) => ({ lease: ports.settings.lease, place: placeOf(order) });
  });
  await here;
  if (outcome.kind === 'refused') return outcome;
  const warnings = await settle(ports, asker, outcome.claims);
  for (const one of outcome.claims) noteChange(ports, asker, one);
  const unfiled = hasOrders ? orders.filter((order) => !titles.has(order)) : [];
  return {
    kind: 'claimed',
    claims: outcome.claims.map((one) => shown(ports, asker, one)),
    warnings: [
      ...warnings,
      ...unfiled.map((order) => ({
        code: 'no-order-file' as const,
        message: `${order} has no order file here, although other orders do`,
      })),
    ],
  };
}

function shown(ports: Ports, asker: ReturnType<typeof askerOf>, { now, isAlready }: ChangedClaim) {
  const [view] = observe(ports, new Map([[now.record.order, { kind: 'record', ...now }]]), asker);
  const claimed = view as ClaimView;
  return { view: claimed, isAlready, isHere: claimed.worktree === ports.places.topLevel };
}
