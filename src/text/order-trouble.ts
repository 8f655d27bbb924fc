import type { OrderTrouble } from '../core/failures/why.ts';
import type { OrderList } from '../core/orders/order.ts';

/** Says in one clause why a file cannot be read as an order. */
export function orderTrouble(trouble: OrderTrouble): string {
  switch (trouble.kind) {
    case 'no-end':
      return 'no line --- ends its front matter';
    case 'no-map':
      return 'its front matter is not a list of keys and values';
    case 'no-id':
      return 'neither its front matter nor its name has an id';
    case 'not-stored':
      return 'its content is missing from the repository';
    case 'too-large':
      return trouble.what === 'file'
        ? `it is larger than ${trouble.bytesMax / 1024 ** 2} MB`
        : `its front matter is longer than ${trouble.bytesMax / 1024} KB`;
    case 'yaml':
      return `${trouble.line === null ? '' : `line ${trouble.line}: `}${trouble.reason}`;
    case 'unreadable':
      return `it cannot be read (${trouble.code})`;
  }
}

/** Says that a file cannot be read, and of which order it is. */
export function brokenFile(order: string, file: string, trouble: OrderTrouble): string {
  return `${file} (${order}) cannot be read: ${orderTrouble(trouble)}`;
}

/** Says that several files are of one order. */
export function sameOrder(order: string, files: readonly string[]): string {
  return `${files.join(' and ')} are ${files.length === 2 ? 'both' : 'all'} ${order}: which one counts is unknown`;
}

/** Says where orders were read. */
export function ordersPlace(place: OrderList['place']): string {
  return place ?? 'the main worktree';
}
