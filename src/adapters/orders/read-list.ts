import type { OrderTrouble } from '../../core/failures/why.ts';
import type { IdPattern } from '../../core/ids.ts';
import type { OrderList } from '../../core/orders/order.ts';
import { looksLikeOrder, type OrderSource, readOrder } from '../../core/orders/read-order.ts';
import { type FileRead, listOf } from './file-read.ts';
import { parseHead } from './parse-head.ts';

/** The head of one file, or why there is none. */
export type OrderHead = { readonly text: string; readonly isWhole: boolean } | { readonly trouble: OrderTrouble };

/** Turns the files that `claim.orders` matches into orders. A file without any sign of an order is left out. */
export function readList(
  heads: Iterable<readonly [file: string, head: OrderHead]>,
  pattern: IdPattern,
): Pick<OrderList, 'orders' | 'unnamed'> {
  return listOf(Array.from(heads, ([file, head]) => [file, readFile(file, head, pattern)] as const));
}

/** Reads a file as an order. */
export function readFile(file: string, head: OrderHead, pattern: IdPattern): FileRead {
  const source = sourceOf(file, head);
  const order = readOrder(source, pattern);
  if (order !== null) return { order };
  if (source.fields !== null && looksLikeOrder(source.fields)) return { trouble: { kind: 'no-id' } };
  return source.trouble === null ? null : { trouble: source.trouble };
}

function sourceOf(file: string, head: OrderHead): OrderSource {
  if ('trouble' in head) return { file, fields: null, heading: null, trouble: head.trouble };
  return parseHead(file, head.text, head.isWhole);
}
