import type { Oid } from '../../core/ids.ts';
import type { Observation, Subject } from '../../core/liveness/observation.ts';
import { formatAnchor, parseAnchor } from '../../core/session/anchor.ts';
import type { Moment } from '../../core/time.ts';
import type { Presence } from '../../ports/lease-cache.ts';

/** A session with its anchor as one token. */
export type SessionRow = Omit<Presence, 'anchor'> & { readonly anchor: string | null };

export function sessionToRow(presence: Presence): SessionRow {
  return { ...presence, anchor: presence.anchor && formatAnchor(presence.anchor) };
}

export function sessionOfRow(row: SessionRow): Presence {
  return { ...row, anchor: row.anchor === null ? null : parseAnchor(row.anchor) };
}

type MomentName = 'heartbeat' | 'activity' | 'silent_since' | 'dead_since' | 'first_seen' | 'last_seen';

/** A lease with each moment in three columns. The table is STRICT, so they hold what the schema says. */
export type StoredLease = { readonly order_id: Subject; readonly oid: Oid } & {
  readonly [Column in `${MomentName}_boot`]: string | null;
} & { readonly [Column in `${MomentName}_${'mono' | 'wall'}_ms`]: number | null };

export function leaseToRow(lease: Observation): StoredLease {
  return {
    order_id: lease.order,
    oid: lease.oid,
    ...columns('heartbeat', lease.heartbeat),
    ...columns('activity', lease.activity),
    ...columns('silent_since', lease.silentSince),
    ...columns('dead_since', lease.deadSince),
    ...columns('first_seen', lease.firstSeen),
    ...columns('last_seen', lease.lastSeen),
  } as StoredLease;
}

export function leaseOfRow(row: StoredLease): Observation {
  return {
    order: row.order_id,
    oid: row.oid,
    heartbeat: moment('heartbeat', row),
    activity: moment('activity', row),
    silentSince: moment('silent_since', row) as Moment,
    deadSince: moment('dead_since', row),
    firstSeen: moment('first_seen', row) as Moment,
    lastSeen: moment('last_seen', row) as Moment,
  };
}

function columns(name: MomentName, at: Moment | null) {
  return { [`${name}_boot`]: at?.boot ?? null, [`${name}_mono_ms`]: at?.monoMs ?? null, [`${name}_wall_ms`]: at?.wallMs ?? null };
}

function moment(name: MomentName, row: StoredLease): Moment | null {
  const monoMs = row[`${name}_mono_ms`];
  return monoMs === null ? null : { boot: row[`${name}_boot`], monoMs, wallMs: row[`${name}_wall_ms`] as number };
}
