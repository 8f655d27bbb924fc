import type { ClaimRecord, Witnessed } from '../core/claim/record.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { PathKey } from '../core/path.ts';
import type { PathChange, StandingPath } from './path-registry.ts';

/** What stands at one claim ref. Only `absent` means free; what cannot be read is never free. */
export type Reading =
  | { readonly kind: 'absent' }
  | ({ readonly kind: 'record' } & Witnessed)
  | { readonly kind: 'foreign'; readonly oid: Oid | null; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** One order's part of a swap: write the record over the witness, or (record null) only insist that the witness still stands. */
export type ClaimChange = {
  readonly order: OrderId;
  /** What was seen; null: the ref must not exist. */
  readonly expected: Witnessed | null;
  readonly record: ClaimRecord | null;
};

export type SwapOutcome =
  /** Every change was applied. `superseded` names orders where another record already stands upon ours. */
  | {
      readonly kind: 'applied';
      readonly oids: ReadonlyMap<OrderId, Oid>;
      readonly pathOids: ReadonlyMap<PathKey, Oid>;
      readonly superseded: readonly OrderId[];
    }
  /** Nothing was applied, because something else stands at one of the refs by now; or, by a store that was killed meanwhile, only a part. */
  | { readonly kind: 'lost' }
  /** Nothing was applied although the expected values stand: a lock or a full disk, say. `why` is git's own word for it. */
  | { readonly kind: 'not-applied'; readonly why: string }
  /** Git was not allowed to write here. */
  | { readonly kind: 'denied'; readonly why: string };

export type Survey = {
  /** Claims and everything else under the prefix, by order; refs whose name is no order id are in `strangers`. */
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly strangers: readonly string[];
  /** The path claims beside them, where all was surveyed: one git process lists both. */
  readonly paths: readonly StandingPath[];
};

/** The claim refs: the one place where ownership is decided. */
export interface Registry {
  /** Reads exactly these refs, as cheaply as can be. An absence is confirmed only by the swap that relies on it. */
  read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>>;
  /** Reads every ref under the prefix (or exactly the named orders'), telling broken refs from absent ones. */
  survey(orders?: readonly OrderId[]): Promise<Survey>;
  /** Returns the records of an order, or of all of them (null), newest first. */
  history(order: OrderId | null, limit: number): Promise<Witnessed[]>;
  /**
   * Applies all changes or none, those of path claims with those of orders, by one ref transaction on the expected witnesses. Whatever git
   * answers, the refs are read again before this returns, and the written objects are proved to be there.
   */
  swap(changes: readonly ClaimChange[], paths?: readonly PathChange[]): Promise<SwapOutcome>;
}
