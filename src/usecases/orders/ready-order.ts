import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Ports } from '../ports.ts';
import { recommendOrders } from './recommend.ts';

/** A refusal is worth a tenth of a second more, and no more than that. */
const ORDERS_MAX = 500;

/** Returns an order that is ready and free, the best one for the session that asks; null where there is none, or finding it would take long. */
export async function readyOrder(ports: Ports): Promise<OrderId | null> {
  try {
    const { count } = await ports.orders.find([]);
    if (count === 0 || count > ORDERS_MAX) return null;
    const { judged } = await recommendOrders(ports);
    return judged.find(({ verdict }) => verdict === 'free')?.order.id ?? null;
  } catch (error) {
    // What the refusal says goes before what is wrong with finding another order.
    if (error instanceof ClaimError) return null;
    throw error;
  }
}
