import type { OrderTrouble } from '../../core/failures/why.ts';
import type { IdPattern } from '../../core/ids.ts';
import type { Order, OrderList } from '../../core/orders/order.ts';
import { looksLikeOrder, type OrderSource, readOrder } from '../../core/orders/read-order.ts';
import { parseHead } from './parse-head.ts';

/** The head of one file, or why there is none. */
export type OrderHead = { readonly text: string; readonly isWhole: boolean } | { readonly trouble: OrderTrouble };

/** Turns the files that `claim.orders` matches into orders. A file without any sign of an order is left out. */
export function readList(
  heads: Iterable<readonly [file: string, head: OrderHead]>,
  pattern: IdPattern,
): Pick<OrderList, 'orders' | 'unnamed'> {
  const orders: Order[] = [];
  const unnamed: { file: string; trouble: OrderTrouble }[] = [];
  for (const [file, head] of heads) {
    const source = sourceOf(file, head);
    const order = readOrder(source, pattern);
    if (order !== null) orders.push(order);
    else if (source.fields !== null && looksLikeOrder(source.fields)) unnamed.push({ file, trouble: { kind: 'no-id' } });
    else if (source.trouble !== null) unnamed.push({ file, trouble: source.trouble });
  }
  return { orders, unnamed };
}

function sourceOf(file: string, head: OrderHead): OrderSource {
  if ('trouble' in head) return { file, fields: null, heading: null, trouble: head.trouble };
  return parseHead(file, head.text, head.isWhole);
}
