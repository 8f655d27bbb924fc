import type { OrderId } from '../core/ids.ts';
import type { Order, OrderList } from '../core/orders/order.ts';

/** The order files, read from the one place that counts (`claim.ordersFrom`). A broken file is never a failure. */
export interface OrderBook {
  /**
   * Returns the named orders that have a file, each with its title (null if the file has none), and the number of order files. Opens only
   * the files of the named orders.
   */
  find(orders: readonly OrderId[]): Promise<{ readonly titles: ReadonlyMap<OrderId, string | null>; readonly count: number }>;
  /**
   * Returns the file of an order whose copy in a worktree may be written, relative to the worktree and with `/`. Null where there is none, or
   * where orders are read from a commit. Uses what {@link find} found, else looks at file names only.
   */
  fileOf(order: OrderId): string | null;
  /** Reads the files of these orders, as far as {@link find} found them. */
  readNamed(orders: readonly OrderId[]): Promise<readonly Order[]>;
  /** Returns the titles that can be found without starting a process, for display. */
  titles(orders: readonly OrderId[]): ReadonlyMap<OrderId, string | null>;
  /** Returns the files that `claim.orders` matches; paths are relative to the top of a worktree. */
  orderFilesAmong(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Reads orders from texts by path, as if these were their files; paths that `claim.orders` does not match are left out. */
  readTexts(texts: ReadonlyMap<string, string>): Promise<readonly Order[]>;
  /** Returns the beginning of an order's current file, or null when it cannot be read. */
  head(file: string): Promise<string | null>;
  /** The folder for an order whose parent has no file, relative to the top of a worktree. */
  readonly folder: string;
  /** Returns the names of all order files in every worktree and on every branch, without opening any. */
  names(): Promise<readonly string[]>;
  /**
   * Writes a new file where orders are read from; if that is a commit, into the worktree the command runs in.
   *
   * @param file relative to the top of the worktree; must not exist
   * @returns its absolute path
   * @throws ClaimError `illegal` when the file exists or there is no worktree, `git` when it cannot be written
   */
  file(file: string, text: string): Promise<string>;
  /**
   * Reads every order.
   *
   * @throws ClaimError `usage` for a broken configuration, `git` when the place that counts cannot be read
   */
  read(): Promise<OrderList>;
}
