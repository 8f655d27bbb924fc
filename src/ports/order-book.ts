import type { OrderId } from '../core/ids.ts';
import type { Order, OrderList } from '../core/orders/order.ts';

type FoundOrders = {
  readonly titles: ReadonlyMap<OrderId, string | null>;
  readonly count: number;
  /** For each order without a file: orders with a file that have the same number or, one of them, the same name before it. */
  readonly like: ReadonlyMap<OrderId, readonly OrderId[]>;
};

/** The order files, read from the place that `claim.ordersFrom` names. A broken file is never a failure. */
export interface OrderBook {
  /**
   * Returns the titles of those named orders that have a file (null if the file has no title), and the number of all order
   * files. Opens only the files of the named orders.
   */
  find(orders: readonly OrderId[]): Promise<FoundOrders>;
  /**
   * Returns the file of an order whose copy in a worktree may be written, relative to the worktree and with `/`. Null if there
   * is none or more than one, if it cannot be read, or if orders are read from a commit. Uses what {@link find} found, else
   * looks at file names only.
   */
  fileOf(order: OrderId): string | null;
  /**
   * Reads the files of these orders among those that {@link find} saw. Two files of one order are both read if their names or, in
   * a folder of some hundred files, their contents say so.
   */
  readNamed(orders: readonly OrderId[]): Promise<readonly Order[]>;
  /** Reads the files of these orders unless {@link readNamed} has done so, after which {@link fileOf} knows of a second file. */
  settle(orders: readonly OrderId[]): Promise<void>;
  /** Returns the titles that can be found without starting a process, to display them. */
  titles(orders: readonly OrderId[]): ReadonlyMap<OrderId, string | null>;
  /** Returns those paths that `claim.orders` matches. Paths are relative to the top of a worktree. */
  orderFilesAmong(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Reads orders from texts by path, as if these were their files. Paths that `claim.orders` does not match are left out. */
  readTexts(texts: ReadonlyMap<string, string>): Promise<readonly Order[]>;
  /** Returns the beginning of an order's current file, or null if it cannot be read. */
  head(file: string): Promise<string | null>;
  /** The folder for an order whose parent has no file, relative to the top of a worktree. */
  readonly folder: string;
  /** Returns the names of all order files in every worktree and on every branch, without opening any. */
  names(): Promise<readonly string[]>;
  /**
   * Writes a new file to the place that orders are read from, or if that is a commit, into the worktree that the command runs in.
   *
   * @param file relative to the top of the worktree; must not exist
   * @returns its absolute path
   * @throws ClaimError `illegal` if the file exists or there is no worktree, `git` if it cannot be written
   */
  file(file: string, text: string): Promise<string>;
  /**
   * Reads every order.
   *
   * @throws ClaimError `usage` for a broken configuration, `git` if the place of the orders cannot be read
   */
  read(): Promise<OrderList>;
  /** Returns the orders whose files say that they are in progress. Throws as {@link read}. */
  inProgress(): Promise<readonly Order[]>;
}
