import type { ClaimRecord, Witnessed } from '../core/claim/record.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { Subject } from '../core/liveness/observation.ts';
import type { RefReading } from '../core/record/witness.ts';
import type { PathChange, SurveyedPath } from './path-registry.ts';

/** The content of one claim ref. Only `absent` means free; a ref that cannot be read is never free. */
export type Reading = { readonly kind: 'absent' } | RefReading<ClaimRecord>;

/** One order's part of a swap: write the record over the witness, or (record null) only require that the witness is still current. */
export type ClaimChange = {
  readonly order: OrderId;
  /** What was seen; null: the ref must not exist. */
  readonly expected: Witnessed | null;
  readonly record: ClaimRecord | null;
};

export type SwapOutcome =
  /** Every change was applied. `superseded` names orders where a newer record already follows ours. */
  | {
      readonly kind: 'applied';
      /** Of the records that were written. */
      readonly oids: ReadonlyMap<Subject, Oid>;
      readonly superseded: readonly OrderId[];
    }
  /** Nothing was applied, because one of the refs has changed; or only a part, by a store that was killed meanwhile. */
  | { readonly kind: 'lost' }
  /** Nothing was applied although the refs are as expected: because of a lock or a full disk, say. `why` is git's own message. */
  | { readonly kind: 'not-applied'; readonly why: string }
  /** Git was not allowed to write here. */
  | { readonly kind: 'denied'; readonly why: string };

export type Survey = {
  /** Claims and everything else under the prefix, by order. Refs whose names are not order ids are in `strangers`. */
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly strangers: readonly string[];
  /** The path claims, where everything was surveyed: one git process lists both. */
  readonly paths: readonly SurveyedPath[];
};

/** The claim refs: the one place where ownership is decided. */
export interface Registry {
  /** Reads exactly these refs, as cheaply as possible. An absence is confirmed only by the swap that relies on it. */
  read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>>;
  /** Reads every ref under the prefix, or those of the named orders, and tells broken refs from absent ones. */
  survey(orders?: readonly OrderId[]): Promise<Survey>;
  /** Returns the records of an order, or of all of them (null), newest first. */
  history(order: OrderId | null, limit: number): Promise<Witnessed[]>;
  /**
   * Applies all changes or none, to orders and paths together, in one ref transaction on the expected witnesses. Whatever git answers, the
   * refs are read again before this returns, and the written objects are verified to exist.
   */
  swap(changes: readonly ClaimChange[], paths?: readonly PathChange[]): Promise<SwapOutcome>;
}
