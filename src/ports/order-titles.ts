import type { OrderId } from '../core/ids.ts';

/** What the order files say, as far as claiming needs it. A broken or missing file is an absence, never a failure. */
export interface OrderTitles {
  /** Returns each order that has a file with its title, null where the file gives none; `hasOrders` tells whether there are any order files. */
  find(orders: readonly OrderId[]): { readonly titles: ReadonlyMap<OrderId, string | null>; readonly hasOrders: boolean };
}
