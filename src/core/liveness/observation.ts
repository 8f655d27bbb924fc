import { isCanonicalOrderId, type Oid, type OrderId } from '../ids.ts';
import { isClaimPath, type PathKey } from '../path.ts';
import type { Moment } from '../time.ts';

/** What a claim is on: an order or a path. Every path's key begins with a slash, and no order id does. */
export type Subject = OrderId | PathKey;

export function isOnPath(subject: Subject): subject is PathKey {
  return subject.startsWith('/');
}

/** Returns what a text names, or null if it is neither an order's id nor the key of a path. */
export function readSubject(text: string): Subject | null {
  if (isCanonicalOrderId(text)) return text;
  return isClaimPath(text.slice(1)) && text.startsWith('/') ? (text as PathKey) : null;
}

/** What this machine has seen of one claim. */
export type Observation = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The holder's last sign of life; null if this machine has seen none under this record. */
  readonly heartbeat: Moment | null;
  /** The last time the holder did something. */
  readonly activity: Moment | null;
  /** The holder's last sign of life, or else when this machine first saw the claim. A challenge does not end the silence. */
  readonly silentSince: Moment;
  /** When this machine first saw the holder's process dead; null while it does not look dead. */
  readonly deadSince: Moment | null;
  /** When this machine first and last saw this very record. */
  readonly firstSeen: Moment;
  readonly lastSeen: Moment;
};

/*
 * What a store of leases writes. A heartbeat is stored as it was given and never computed: it is not raised to the newest one,
 * nor derived from the wall clock, a file's time or the moment somebody looked. So neither a clock that jumps nor an old copy of
 * the file makes a holder look more alive than it said it was.
 */

/** A record as this machine sees it now. */
export type Sight = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The record that this one replaced without a word from the holder: a challenge. The silence continues. */
  readonly continues: Oid | null;
  /** The holder's process is provably gone. */
  readonly isDead: boolean;
};

/** What a helper reports for one claim of its session. */
export type Heartbeat = {
  readonly order: Subject;
  readonly oid: Oid;
  /** The last thing its session is known to have done, on any claim; null if nothing. */
  readonly activity: Moment | null;
};

/** Returns the row after the holder of exactly this record gave a sign of life. */
export function afterBeat(row: Observation | null, order: Subject, oid: Oid, at: Moment): Observation {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: at, silentSince: at, deadSince: null, lastSeen: at };
}

/** Returns the row after a heartbeat: the holder is alive, but may be doing nothing. */
export function afterHeartbeat(row: Observation | null, { order, oid, activity }: Heartbeat, at: Moment): Observation {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: activity ?? seen.activity, silentSince: at, deadSince: null, lastSeen: at };
}

/** Returns the row after this machine saw this very record. */
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

export function firstSight(order: Subject, oid: Oid, at: Moment): Observation {
  return { order, oid, heartbeat: null, activity: null, silentSince: at, deadSince: null, firstSeen: at, lastSeen: at };
}

/** Restarts an observation that began in another boot or in this boot's future: it has no length, and would never end. */
function begunBy(begun: Moment, at: Moment): Moment {
  return begun.boot === at.boot && begun.monoMs <= at.monoMs ? begun : at;
}

/** Returns how long something has lasted on this boot's monotonic clock; 0 if that is unknown, as if it had just begun. */
export function elapsedMs(since: Moment | null, now: Moment): number {
  if (since === null || since.boot === null || since.boot !== now.boot || since.monoMs > now.monoMs) return 0;
  return now.monoMs - since.monoMs;
}
