import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Ports } from '../ports.ts';
import { recommendOrders } from './recommend.ts';

/** With more orders, a refusal would take more than a tenth of a second longer. */
const ORDERS_MAX = 500;

/** Returns the best order for the caller that is ready and free; null if there is none, or if finding it would take long. */
export async function readyOrder(ports: Ports): Promise<OrderId | null> {
  try {
    const { count } = await ports.orders.find([]);
    if (count === 0 || count > ORDERS_MAX) return null;
    const { judged } = await recommendOrders(ports);
    return judged.find(({ verdict }) => verdict === 'free')?.order.id ?? null;
  } catch (error) {
    // The refusal matters more than an error in looking for another order.
    if (error instanceof ClaimError) return null;
    throw error;
  }
}
