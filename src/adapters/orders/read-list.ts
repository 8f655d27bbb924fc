import type { IdPattern } from '../../core/ids.ts';
import type { Order, OrderList } from '../../core/orders/order.ts';
import { looksLikeOrder, type OrderSource, readOrder } from '../../core/orders/read-order.ts';
import { parseHead } from './parse-head.ts';

/** The head of one file, or why there is none. */
export type OrderHead = { readonly text: string; readonly isWhole: boolean } | { readonly why: string };

/** Turns the files that `claim.orders` means into orders; a file that nothing marks as one is left out. */
export function readList(
  heads: Iterable<readonly [file: string, head: OrderHead]>,
  pattern: IdPattern,
): Pick<OrderList, 'orders' | 'unnamed'> {
  const orders: Order[] = [];
  const unnamed: { file: string; why: string }[] = [];
  for (const [file, head] of heads) {
    const source = sourceOf(file, head);
    const order = readOrder(source, pattern);
    if (order !== null) orders.push(order);
    else if (source.fields !== null && looksLikeOrder(source.fields))
      unnamed.push({ file, why: 'neither its front matter nor its name has an id' });
    else if (source.trouble !== null) unnamed.push({ file, why: source.trouble });
  }
  return { orders, unnamed };
}

function sourceOf(file: string, head: OrderHead): OrderSource {
  if ('why' in head) return { file, fields: null, heading: null, trouble: head.why };
  return parseHead(file, head.text, head.isWhole);
}
