import type { Oid } from '../ids.ts';
import type { Kept } from '../record/kept.ts';
import { DEFAULT_REMOTE_LEASE, type LeaseTerms, remoteLeaseOf } from '../record/lease.ts';
import { unreadClause } from '../session/evidence.ts';
import type { Life } from '../session/life.ts';
import type { Moment } from '../time.ts';
import type { Patience } from './idle.ts';
import { isDead, type Judgement, judge, whereabouts } from './liveness.ts';
import { markOf } from './mark.ts';
import { elapsedMs, firstSight, type Observation, type Subject } from './observation.ts';

/*
 * What is known of a holder in another clone: how long its record and its clone's beat have been as they are, from the end of the
 * read of the remote that first showed them to the beginning of the last one that still did. Nobody's clock is compared with
 * anybody's, and where the remote was not read, no time passes.
 */

/** What was read of the remote here. */
export type RemoteView = {
  /** When the last read began; null if none is known. */
  readonly lastRead: Moment | null;
  /** When beats were last heard that vouch for records, by the records' marks. */
  readonly heard: ReadonlyMap<string, Moment>;
};

/** A record as far as an observation of it goes. */
type Record = Pick<Kept, 'holder' | 'lease' | 'remoteLease' | 'challenge'> & { readonly action: string };
type Read = { readonly oid: Oid; readonly previous: Oid | null; readonly record: Record };

/** Returns what a record promises to other clones. */
export function termsElsewhere({ lease, remoteLease }: Pick<Kept, 'lease' | 'remoteLease'>): LeaseTerms {
  return remoteLease ?? remoteLeaseOf(lease, DEFAULT_REMOTE_LEASE);
}

/**
 * Returns what is known of a claim of another clone, with what its clone's beats say.
 *
 * @param seen when its records were seen; null if they were not
 */
export function withBeats(
  subject: Subject,
  { oid, previous, record }: Read,
  seen: Observation | null,
  { heard }: RemoteView,
  now: Moment,
): Observation | null {
  // A challenge does not end the silence, nor does it unmake what was heard before.
  const marks = record.action === 'challenge' && previous !== null ? [oid, previous] : [oid];
  const moments = marks.flatMap((one) => heard.get(markOf(one)) ?? []).filter(({ boot }) => boot === now.boot && boot !== null);
  const last = moments.reduce<Moment | null>((one, other) => (one === null || other.monoMs > one.monoMs ? other : one), null);
  if (last === null) return seen;
  const known = seen ?? firstSight(subject, oid, last);
  const isLater = elapsedMs(known.silentSince, now) > elapsedMs(last, now);
  return { ...known, heartbeat: last, silentSince: isLater ? last : known.silentSince };
}

/**
 * Judges whether a holder in another clone is still there. Its process counts where it can be seen: on the same machine.
 *
 * @param seen what {@link withBeats} returned
 */
export function judgeElsewhere(
  record: Record,
  life: Life,
  seen: Observation | null,
  { lastRead }: RemoteView,
  now: Moment,
  { maxIdleMs }: Patience,
): Judgement {
  // Nobody here knows what it does.
  const patience = { idleAfterMs: Number.POSITIVE_INFINITY, maxIdleMs };
  const lease = termsElsewhere(record);
  if (isDead(record.holder, life)) return judge(record, life, seen, now, patience, now);
  if (life.kind !== 'alive' && isUnread(lastRead, lease, now)) {
    const forMs = lastRead === null || lastRead.boot !== now.boot ? null : elapsedMs(lastRead, now);
    const evidence = unreadClause(forMs, whereabouts(record.holder, life, true));
    return { liveness: 'unknown', evidence, isProtected: false, isIdle: false };
  }
  return judge({ ...record, lease }, life, seen, lastRead ?? now, patience, now);
}

/** Returns whether the remote was not read for so long that nothing of it says who lives. */
function isUnread(lastRead: Moment | null, { staleMs }: LeaseTerms, now: Moment): boolean {
  return lastRead === null || lastRead.boot !== now.boot || elapsedMs(lastRead, now) >= staleMs;
}
