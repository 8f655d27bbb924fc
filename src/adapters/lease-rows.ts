import type { Oid, OrderId } from '../core/ids.ts';
import type { Moment } from '../ports/clock.ts';
import type { LeaseRow } from '../ports/lease-cache.ts';

/*
 * What a store of leases writes. A heartbeat is stored as it was given and never computed: not raised to the newest, not
 * derived from the wall clock, a file's time or the moment somebody looked. So no jump of a clock and no old copy of
 * the file makes a holder look more alive than it said it was.
 */

/** Returns the row after a sign of life of the holder of exactly this record. */
export function afterBeat(row: LeaseRow | null, order: OrderId, oid: Oid, at: Moment): LeaseRow {
  const seen = row?.oid === oid ? row : firstSight(order, oid, at);
  return { ...seen, heartbeat: at, activity: at, lastSeen: at };
}

/** Returns the row after this very record was seen standing. */
export function afterSight(row: LeaseRow | null, order: OrderId, oid: Oid, at: Moment): LeaseRow {
  if (row?.oid !== oid) return firstSight(order, oid, at);
  return { ...row, firstSeen: isContinuedAt(row.firstSeen, at) ? row.firstSeen : at, lastSeen: at };
}

function firstSight(order: OrderId, oid: Oid, at: Moment): LeaseRow {
  return { order, oid, heartbeat: null, activity: null, firstSeen: at, lastSeen: at };
}

/** An observation that began in another boot, or in this one's future, has no length: it begins anew, or nobody could ever end it. */
function isContinuedAt(begun: Moment, at: Moment): boolean {
  return begun.boot === at.boot && begun.monoMs <= at.monoMs;
}
