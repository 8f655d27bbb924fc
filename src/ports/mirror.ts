import type { Witnessed } from '../core/claim/record.ts';
import type { OrderId } from '../core/ids.ts';

/** What people should know of a mirror: the filter that keeps git from seeing it was installed for this claim. */
export type MirrorNews = { readonly kind: 'filter-added'; readonly file: string };

/** A copy of claims for people, in another place. It is written after the claim, and no decision reads it. */
export interface Mirror {
  /** The name of its pending writes in the outbox. */
  readonly name: string;
  /** Returns, without starting a process, whether the mirror has anything to write for the order. */
  concerns(order: OrderId): boolean;
  /**
   * Writes the current state of the claim; writing it twice changes nothing.
   *
   * @returns whether it was written; false if that is not possible yet, for example in a worktree that is still to be made
   * @throws Error with the reason; the caller tries again later
   */
  write(claim: Witnessed): Promise<boolean>;
  /** Returns what was not told yet. */
  takeNews(): readonly MirrorNews[];
  /** Returns, without starting a process, the orders whose live claim it no longer shows: somebody replaced what was written. */
  replaced(): OrderId[];
  /** Returns, without starting a process, the orders for which something is written. */
  shown(): OrderId[];
  /** Takes back what was written for these orders; null: for all. */
  withdraw(orders: readonly OrderId[] | null): void;
}
