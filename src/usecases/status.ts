import { isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import type { OrderId } from '../core/ids.ts';
import type { Identified } from '../core/session/identity.ts';
import type { Reading } from '../ports/registry.ts';
import { notePresence, readerOf } from './asker.ts';
import { observe, survey } from './observe.ts';
import type { Ports } from './ports.ts';
import { parseOrders } from './selection.ts';
import type { Warning } from './warning.ts';

export type Overview = {
  readonly kind: 'overview';
  readonly who: Identified;
  /** Live claims and refs that are not understood: own ones first. */
  readonly claims: readonly ClaimView[];
  readonly warnings: readonly Warning[];
  /** Why the cache is off; null while it works. */
  readonly cacheTrouble: string | null;
};

/** Tells who asks, what that session holds, whether it is still its own, and who else is here. */
export async function overview(ports: Ports): Promise<Overview> {
  const surveying = ports.registry.survey();
  const who = ports.identify();
  const asker = readerOf(ports);
  if (asker !== null) notePresence(ports, asker);
  const { readings, strangers } = await surveying;
  const live = new Map([...readings].filter(([, reading]) => reading.kind !== 'record' || isLive(reading.record)));
  const claims = survey(ports, live, asker);
  ports.cache.beat(
    claims.flatMap(({ mine, order, oid }) => (mine && oid !== null ? [{ order, oid }] : [])),
    ports.clock.now(),
  );
  return {
    kind: 'overview',
    who,
    claims: [...claims.filter(({ mine }) => mine), ...claims.filter(({ mine }) => !mine)],
    warnings: [...lostHere(ports, readings), ...strangers.map(foreignWarning)],
    cacheTrouble: ports.cache.trouble,
  };
}

export type OrderStatus = {
  readonly kind: 'order';
  readonly order: OrderId;
  /** Null when nobody ever claimed it. */
  readonly claim: ClaimView | null;
  /** Whether the work of a completed claim is on the default branch; null when it is not completed or its commit is unknown. */
  readonly isMerged: boolean | null;
};

/** Tells everything about one order's claim. */
export async function orderStatus(ports: Ports, text: string): Promise<OrderStatus> {
  const [order] = parseOrders(ports, [text]) as [OrderId];
  const asker = readerOf(ports);
  const { readings } = await ports.registry.survey([order]);
  const [claim = null] = observe(ports, readings, asker);
  const reading = readings.get(order);
  const tip = reading?.kind === 'record' && reading.record.state === 'completed' ? reading.record.tip : null;
  return { kind: 'order', order, claim, isMerged: tip === null ? null : await ports.branches.isMerged(tip) };
}

/** What this work tree was bound to and another session has now. */
function lostHere(ports: Ports, readings: ReadonlyMap<OrderId, Reading>): Warning[] {
  return ports.bindings.read(null).flatMap(({ order, key }) => {
    const reading = readings.get(order);
    if (reading?.kind !== 'record' || !isLive(reading.record) || reading.record.holder.key === key) return [];
    const { holder, claimedAt } = reading.record;
    return [
      {
        code: 'lost' as const,
        message: `${order} was this work tree's and is ${holder.id}'s since ${claimedAt}; the work here stays as it is`,
      },
    ];
  });
}

function foreignWarning(ref: string): Warning {
  return { code: 'foreign-ref', message: `${ref} is not git-claim's (its name is no order id); it is left alone` };
}
