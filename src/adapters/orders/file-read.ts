import type { OrderTrouble } from '../../core/failures/why.ts';
import type { Order, OrderList } from '../../core/orders/order.ts';
import { has, isListOf, isNumber, isText, orNull } from '../../core/shape.ts';

/** What was read in one file. Null: it is no order's, and nothing is wrong with it. */
export type FileRead = { readonly order: Order } | { readonly trouble: OrderTrouble } | null;

/** Lists what was read in files. */
export function listOf(files: Iterable<readonly [file: string, read: FileRead]>): Pick<OrderList, 'orders' | 'unnamed'> {
  const orders: Order[] = [];
  const unnamed: { file: string; trouble: OrderTrouble }[] = [];
  for (const [file, read] of files) {
    if (read === null) continue;
    if ('order' in read) orders.push(read.order);
    else unnamed.push({ file, trouble: read.trouble });
  }
  return { orders, unnamed };
}

/** Returns whether a value has the shape of an order. */
export const isOrderShaped = has({
  id: isText,
  spelling: isText,
  title: orNull(isText),
  status: orNull(isText),
  statusWord: orNull(isText),
  priority: orNull(isNumber),
  labels: isListOf(isText),
  dependsOn: isListOf(isText),
  paths: isListOf(isText),
  linear: orNull(isText),
  createdMs: orNull(isNumber),
  file: isText,
});
