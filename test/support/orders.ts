import type { OrderId } from '../../src/core/ids.ts';
import type { Order } from '../../src/core/orders/order.ts';

/** Returns a ready order whose file has only its id. */
export function orderOf(id: string, changes: Partial<Order> = {}): Order {
  return {
    id: id as OrderId,
    spelling: id,
    title: null,
    status: 'ready',
    statusWord: 'ready',
    priority: null,
    labels: [],
    dependsOn: [],
    paths: [],
    linear: null,
    createdMs: null,
    file: `orders/${id}.md`,
    trouble: null,
    ...changes,
  };
}
