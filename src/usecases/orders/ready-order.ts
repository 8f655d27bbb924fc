import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { rank } from '../../core/orders/ranking.ts';
import type { FreeOrder } from '../../ports/free-orders.ts';
import { readerOf } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import { recommendOrders } from './recommend.ts';

/** With more orders, a refusal would take more than a tenth of a second longer. */
const ORDERS_MAX = 500;

/** An order's file and branches may have changed since. It is only a suggestion, and whoever claims it is told. */
const REMEMBERED_MS = 30_000;
const REMEMBERED_MAX = 64;
/** Longer than the look takes. */
const TURN_MS = 500;

/** Returns the best order for the caller that is ready and free; null if there is none, or if finding it would take long. */
export async function readyOrder(ports: Ports): Promise<OrderId | null> {
  try {
    return stillFree(ports) ?? (isCallersTurn(ports) ? await freeNow(ports) : null);
  } catch (error) {
    // The refusal matters more than an error in looking for another order.
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

/** Returns an order that was free when a refused session last looked, and that nobody has claimed since. */
function stillFree(ports: Ports): OrderId | null {
  const { wallMs } = ports.clock.now();
  const sinceMs = wallMs - REMEMBERED_MS;
  const free = ports.freeOrders
    .found(sinceMs, wallMs)
    .filter(({ order, oid }) => ports.registry.isAsSeen(order.id, oid, sinceMs));
  return rank(free, readerOf(ports)?.key ?? null)[0]?.order.id ?? null;
}

/** If many are refused at once, one of them looks for all. */
function isCallersTurn({ cache, sightings, clock }: Ports): boolean {
  return cache.trouble !== null || sightings.takeTurn('suggest', clock.now(), TURN_MS);
}

async function freeNow(ports: Ports): Promise<OrderId | null> {
  const { count } = await ports.orders.find([]);
  if (count === 0 || count > ORDERS_MAX) return null;
  const { judged, readings } = await recommendOrders(ports);
  const free = judged.filter(({ verdict, why }) => verdict === 'free' && why === null);
  const remembered = free.slice(0, REMEMBERED_MAX).map(({ order }): FreeOrder => {
    const reading = readings.get(order.id);
    return { order, oid: reading?.kind === 'record' ? reading.oid : null };
  });
  ports.freeOrders.remember(remembered, ports.clock.now().wallMs);
  return judged.find(({ verdict }) => verdict === 'free')?.order.id ?? null;
}
