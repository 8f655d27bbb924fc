import type { Oid, OrderId } from '../ids.ts';
import type { PathKey } from '../path.ts';
import type { Moment } from '../time.ts';

/** Whose claim is watched: an order's, or a path's. No order id begins with a slash, and every path's key does. */
export type Subject = OrderId | PathKey;

/** What this machine has seen of one claim. */
export type Observation = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The last sign of life of the holder, null when this machine has seen none under this record. */
  readonly heartbeat: Moment | null;
  /** The last thing the holder did. */
  readonly activity: Moment | null;
  /** Since when nothing was heard of the holder: its last sign of life, else when this machine first saw the claim. A challenge does not end it. */
  readonly silentSince: Moment;
  /** When this machine first saw the holder's process dead; null while it does not look dead. */
  readonly deadSince: Moment | null;
  /** When this machine first and last saw this very record standing. */
  readonly firstSeen: Moment;
  readonly lastSeen: Moment;
};

/*
 * What a store of leases writes. A heartbeat is stored as it was given and never computed: not raised to the newest, not
 * derived from the wall clock, a file's time or the moment somebody looked. So no jump of a clock and no old copy of
 * the file makes a holder look more alive than it said it was.
 */

/** A record as it stands now. */
export type Sight = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The record it was written over, where its holder said nothing by it: a challenge. The silence goes on then. */
  readonly continues: Oid | null;
  /** The holder's process is provably gone. */
  readonly isDead: boolean;
};

/** What a helper says of one claim of its session. */
export type Heartbeat = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The last thing its session is known to have done, on whichever claim; null for nothing. */
  readonly activity: Moment | null;
};

/** Returns the row after a sign of life of the holder of exactly this record. */
export function afterBeat(row: Observation | null, order: Subject, oid: Oid, at: Moment): Observation {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: at, silentSince: at, deadSince: null, lastSeen: at };
}

/** Returns the row after a heartbeat: the holder is alive, which says nothing of whether it does anything. */
export function afterHeartbeat(row: Observation | null, { order, oid, activity }: Heartbeat, at: Moment): Observation {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: activity ?? seen.activity, silentSince: at, deadSince: null, lastSeen: at };
}

/** Returns the row after this very record was seen standing. */
export function afterSight(row: Observation | null, { order, oid, continues, isDead }: Sight, at: Moment): Observation {
  const isSame = row?.oid === oid;
  const isContinued = isSame || (row !== null && row.oid === continues);
  const seen = row !== null && isContinued ? { ...row, oid } : firstSight(order, oid, at);
  return {
    ...seen,
    silentSince: begunBy(seen.silentSince, at),
    deadSince: isDead ? begunBy(seen.deadSince ?? at, at) : null,
    firstSeen: isSame ? begunBy(seen.firstSeen, at) : at,
    lastSeen: at,
  };
}

function firstSight(order: Subject, oid: Oid, at: Moment): Observation {
  return { order, oid, heartbeat: null, activity: null, silentSince: at, deadSince: null, firstSeen: at, lastSeen: at };
}

/** An observation that began in another boot, or in this one's future, has no length: it begins anew, or nobody could ever end it. */
function begunBy(begun: Moment, at: Moment): Moment {
  return begun.boot === at.boot && begun.monoMs <= at.monoMs ? begun : at;
}

/** Returns how long something has lasted on this boot's monotonic clock; 0 where that cannot be told: what is not known has just begun. */
export function elapsedMs(since: Moment | null, now: Moment): number {
  if (since === null || since.boot === null || since.boot !== now.boot || since.monoMs > now.monoMs) return 0;
  return now.monoMs - since.monoMs;
}
