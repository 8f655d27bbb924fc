import type { Oid, OrderId } from '../core/ids.ts';

/** The last commits of completed orders, each under a ref of its own until it is merged, wherever its branch goes. */
export interface FinishedWork {
  /**
   * Returns the commits that are kept.
   *
   * @throws ClaimError `git`
   */
  all(): Promise<ReadonlyMap<OrderId, Oid>>;
  /** Keeps a commit for an order, unless one is kept for it already. */
  keep(order: OrderId, tip: Oid): Promise<void>;
  /** Lets commits go that are merged. Of an order that was completed again since, the new commit stays. */
  letGo(merged: ReadonlyMap<OrderId, Oid>): Promise<void>;
}
