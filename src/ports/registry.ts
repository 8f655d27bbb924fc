import type { ClaimRecord, Witnessed } from '../core/claim/record.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { Subject } from '../core/liveness/observation.ts';
import type { RefReading } from '../core/record/witness.ts';
import type { PathChange, SurveyedPath } from './path-registry.ts';

/** The content of one claim ref. Only `absent` means free; a ref that cannot be read is never free. */
export type Reading = { readonly kind: 'absent' } | RefReading<ClaimRecord>;

/** One order's part of a swap. Without a record, it only requires that what was seen is still current. */
export type ClaimChange = {
  readonly order: OrderId;
  /** What was seen and must still be current; null: the ref must not exist. */
  readonly expected: Witnessed | null;
  readonly record: ClaimRecord | null;
  /** A branch that must not move meanwhile. A commit of the former holder that is under way comes before the swap, or never. */
  readonly unmoved?: UnmovedBranch | null;
  /** The last commit of finished work, which the same transaction keeps under a ref of its own. */
  readonly keeps?: Oid | null;
  /** The order's branch, which moves on the remote in the very push that changes the claim there. */
  readonly publishes?: PublishedBranch | null;
};

/** A branch that is to be moved on a remote. */
export type PublishedBranch = {
  readonly branch: string;
  /** The remote's name in git's configuration, or its address. */
  readonly remote: string;
  readonly tip: Oid;
  /** The very value that the branch must have there (null: none). Undefined: any that the tip is built on. */
  readonly expected: Oid | null | undefined;
};

/** Where a branch was; null: there was none. */
export type UnmovedBranch = { readonly branch: string; readonly tip: Oid | null };

export type SwapOutcome =
  /** Every change was applied. In `superseded` are the orders where a newer record already follows ours. */
  | {
      readonly kind: 'applied';
      /** Of the records that were written. */
      readonly oids: ReadonlyMap<Subject, Oid>;
      readonly superseded: readonly OrderId[];
    }
  /** Nothing was applied, because one of the refs has changed; or only a part, because git was killed. */
  | { readonly kind: 'lost' }
  /** Nothing was applied although the refs are as expected, because of a lock or a full disk, say. `why` is git's message. */
  | { readonly kind: 'not-applied'; readonly why: string }
  /** Git was not allowed to write here. */
  | { readonly kind: 'denied'; readonly why: string };

/** How orders are spelled in claim refs. */
export type Spellings = {
  /** By the order as it was asked for: its own spelling, or that of a claim which differs in leading zeros only. */
  readonly used: ReadonlyMap<OrderId, OrderId>;
  /** The orders of all claim refs; empty if every order that was asked for has a claim of its own. */
  readonly names: readonly OrderId[];
};

export type Survey = {
  /** Claims and refs that are not understood, by order. Refs whose names are not order ids are in `strangers`. */
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly strangers: readonly string[];
  /** The path claims if everything was surveyed, because one git process lists both; else none. */
  readonly paths: readonly SurveyedPath[];
};

/** The claim refs: the one place where ownership is decided. */
export interface Registry {
  /** Reads exactly these refs, as cheaply as possible. An absence is confirmed only by the swap that relies on it. */
  read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>>;
  /** Reads every ref under the prefix, or those of the named orders, and distinguishes broken refs from absent ones. */
  survey(orders?: readonly OrderId[]): Promise<Survey>;
  /** Returns how orders are spelled where they have claims. Reads names only. */
  spellings(orders: readonly OrderId[]): Promise<Spellings>;
  /**
   * Returns whether a claim ref certainly is where it was (null: missing) at an instant, in milliseconds of the wall clock. It
   * takes no process, so false says nothing.
   */
  isAsSeen(order: OrderId, oid: Oid | null, seenMs: number): boolean;
  /** Returns the records of an order, or of all of them (null), newest first. */
  history(order: OrderId | null, limit: number): Promise<Witnessed[]>;
  /**
   * Applies all changes or none, to orders and paths together, in one ref transaction that expects what was seen. Whatever git
   * answers, this reads the refs again before it returns, and verifies that the written objects exist.
   */
  swap(changes: readonly ClaimChange[], paths?: readonly PathChange[]): Promise<SwapOutcome>;
}
