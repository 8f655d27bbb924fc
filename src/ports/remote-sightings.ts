import type { CloneId, Oid } from '../core/ids.ts';
import type { Instant, Moment } from '../core/time.ts';

/** What one read of the remote has shown. */
export type RemoteRead = {
  readonly began: Instant;
  readonly ended: Moment;
  /** The last beat of each other clone. */
  readonly beats: ReadonlyMap<CloneId, Oid>;
  /** The marks of the records that beats vouch for which were not there at the last read. */
  readonly vouched: readonly string[];
};

/**
 * When the remote was read here, and what was heard there of other clones. A part of the cache (`cache.ts`): without it,
 * everybody waits for longer. Only for where claims are shared.
 */
export interface RemoteSightings {
  /** Records a read. What beats vouch for that are new was heard when it ended. */
  noteRead(read: RemoteRead): void;
  /** Returns when the last read began; null if none is known. */
  lastRead(): Instant | null;
  /** Returns the beats that the last read has shown. */
  beats(): ReadonlyMap<CloneId, Oid>;
  /** Returns when a beat was last heard that vouches for a record, by the record's mark (core/liveness/mark.ts). */
  heard(): ReadonlyMap<string, Moment>;
  /** Records that the remote accepted these records of this clone in a push that began then. */
  noteAccepted(oids: readonly Oid[], began: Instant): void;
  /** Returns when the push of a record began that the remote accepted; null if that is unknown. */
  acceptedAt(oid: Oid): Instant | null;
}
