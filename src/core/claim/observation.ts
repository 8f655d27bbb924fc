import type { Oid, OrderId } from '../ids.ts';
import type { Moment } from '../time.ts';

/** What this machine has seen of one claim. */
export type Observation = {
  readonly order: OrderId;
  readonly oid: Oid;
  /** The last sign of life of the holder, null when this machine has seen none under this record. */
  readonly heartbeat: Moment | null;
  /** The last thing the holder did. */
  readonly activity: Moment | null;
  /** When this machine first and last saw this very record standing. */
  readonly firstSeen: Moment;
  readonly lastSeen: Moment;
};

/*
 * What a store of leases writes. A heartbeat is stored as it was given and never computed: not raised to the newest, not
 * derived from the wall clock, a file's time or the moment somebody looked. So no jump of a clock and no old copy of
 * the file makes a holder look more alive than it said it was.
 */

/** Returns the row after a sign of life of the holder of exactly this record. */
export function afterBeat(row: Observation | null, order: OrderId, oid: Oid, at: Moment): Observation {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: at, lastSeen: at };
}

/** Returns the row after this very record was seen standing. */
export function afterSight(row: Observation | null, order: OrderId, oid: Oid, at: Moment): Observation {
  if (row?.oid !== oid) return firstSight(order, oid, at);
  return { ...row, firstSeen: isContinuedAt(row.firstSeen, at) ? row.firstSeen : at, lastSeen: at };
}

function firstSight(order: OrderId, oid: Oid, at: Moment): Observation {
  return { order, oid, heartbeat: null, activity: null, firstSeen: at, lastSeen: at };
}

/** An observation that began in another boot, or in this one's future, has no length: it begins anew, or nobody could ever end it. */
function isContinuedAt(begun: Moment, at: Moment): boolean {
  return begun.boot === at.boot && begun.monoMs <= at.monoMs;
}

/**
 * Returns how long nothing was heard of a holder, or null when that cannot be told. Silence counts from the last sign of life, else from the first time the
 * record was seen here; only within one boot, and never backwards.
 */
export function silenceMs(seen: Observation | null, now: Moment): number | null {
  const since = seen?.heartbeat ?? seen?.firstSeen ?? null;
  if (since === null || since.boot === null || since.boot !== now.boot || since.monoMs > now.monoMs) return null;
  return now.monoMs - since.monoMs;
}
