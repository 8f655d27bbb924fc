import type { OrderId } from '../core/ids.ts';
import type { Order, OrderList } from '../core/orders/order.ts';

/** The order files, read from the one place that counts (`claim.ordersFrom`). Nothing here writes, and a broken file is never a failure. */
export interface OrderBook {
  /**
   * Returns the named orders that have a file, each with its title, null where the file gives none, and how many order files there are. Reads
   * no more than these files.
   */
  find(orders: readonly OrderId[]): Promise<{ readonly titles: ReadonlyMap<OrderId, string | null>; readonly count: number }>;
  /**
   * Returns the file of an order whose copy in a work tree may be written, relative to the tree and with `/`; null where there is none, or the orders are
   * read from a commit. Knows what {@link find} found, and else looks at the names of files only.
   */
  fileOf(order: OrderId): string | null;
  /** Reads the files of these orders, as far as {@link find} found them, and no others. */
  readNamed(orders: readonly OrderId[]): Promise<readonly Order[]>;
  /** Returns titles for display, as far as they are found without starting a process. */
  titles(orders: readonly OrderId[]): ReadonlyMap<OrderId, string | null>;
  /** Returns those of the files, named relative to the top of a tree, that `claim.orders` means. */
  orderFilesAmong(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Reads orders from texts as if these were their files, named relative to the top of a tree; what `claim.orders` does not mean is left out. */
  readTexts(texts: ReadonlyMap<string, string>): Promise<readonly Order[]>;
  /** Returns the beginning of an order's file as it stands, or null when it cannot be read. */
  head(file: string): Promise<string | null>;
  /** Returns the folder where an order without a parent's file goes, relative to the top of a tree. */
  readonly folder: string;
  /** Returns the names of all order files anywhere: in every work tree, and on every branch. Only names: no file is opened. */
  names(): Promise<readonly string[]>;
  /**
   * Writes a new file where orders are read from; where that is a commit, into the work tree the command runs in.
   *
   * @param file relative to the top of the tree; nothing may be there yet
   * @returns where it was written, absolute
   * @throws ClaimError `illegal` when something is there already or there is no work tree, `git` when it cannot be written
   */
  file(file: string, text: string): Promise<string>;
  /**
   * Reads every order.
   *
   * @throws ClaimError `usage` for a broken configuration, `git` when the place that counts cannot be read
   */
  read(): Promise<OrderList>;
}
