import { judge, type Verdict } from '../core/claim/liveness.ts';
import { isLive, type Witnessed } from '../core/claim/record.ts';
import { type ClaimView, foreignView, viewOf } from '../core/claim/view.ts';
import type { OrderId } from '../core/ids.ts';
import type { Identity } from '../core/session/identity.ts';
import { type Life, sightOf } from '../core/session/life.ts';
import { type Relation, relate } from '../core/session/relation.ts';
import { formatInstant } from '../core/time.ts';
import type { Moment } from '../ports/clock.ts';
import type { LeaseRow } from '../ports/lease-cache.ts';
import type { Reading } from '../ports/registry.ts';
import type { Ports } from './ports.ts';

/**
 * Shows claims with the evidence this machine has of their holders: processes, heartbeats, titles.
 *
 * @returns the views in the order of the readings; absent ones are left out
 */
export function observe(ports: Ports, readings: ReadonlyMap<OrderId, Reading>, asker: Identity | null): ClaimView[] {
  const records = [...readings.values()].filter((reading) => reading.kind === 'record');
  const standing = records.filter(({ record }) => isLive(record));
  const now = ports.clock.now();
  const rows = ports.cache.observe(
    standing.map(({ oid, record }) => ({ order: record.order, oid })),
    now,
  );
  const { titles } = ports.titles.find(standing.map(({ record }) => record.order));
  return [...readings].flatMap(([order, reading]) => {
    if (reading.kind === 'absent') return [];
    if (reading.kind !== 'record') return [foreignView(order, reading.kind === 'foreign' ? reading.oid : null, reading.why)];
    const row = rows.get(order) ?? null;
    return [
      viewOf(reading, {
        title: titles.get(order) ?? null,
        ...verdictOn(ports, reading, row, now),
        mine: asker !== null && isMine(relationTo(ports, reading, asker)),
        ...displayTimes(reading, row),
        worktree: reading.record.worktree === null ? null : ports.places.absolute(reading.record.worktree),
      }),
    ];
  });
}

/** What the asker is to the holder a record names. */
export function relationTo(ports: Ports, { record }: Witnessed, asker: Identity): Relation {
  return relate(record.holder, asker, sightOf(record.holder, ports.processes));
}

/** A conflict is not mine: two live sessions under one name are two sessions. */
export function isMine(relation: Relation): boolean {
  return relation !== 'other' && relation !== 'conflict';
}

function verdictOn(
  ports: Ports,
  { record }: Witnessed,
  row: LeaseRow | null,
  now: Moment,
): Verdict | { liveness: null; evidence: null } {
  if (!isLive(record)) return { liveness: null, evidence: null };
  const life: Life = sightOf(record.holder, ports.processes).life;
  const signs = { life, pid: record.holder.anchor?.pid ?? null, host: record.holder.host, silentMs: silentMs(row, now) };
  return judge(signs, record.lease);
}

/** Silence counts from the last sign of life, else from the first time the record was seen here; only within one boot, and never backwards. */
function silentMs(row: LeaseRow | null, now: Moment): number | null {
  const since = row?.heartbeat ?? row?.firstSeen ?? null;
  if (since === null || since.boot === null || since.boot !== now.boot || since.monoMs > now.monoMs) return null;
  return now.monoMs - since.monoMs;
}

function displayTimes({ record }: Witnessed, row: LeaseRow | null) {
  const heartbeatMs = row?.heartbeat?.wallMs ?? null;
  return {
    heartbeatAt: heartbeatMs === null ? null : formatInstant(heartbeatMs),
    activityAt: row?.activity ? formatInstant(row.activity.wallMs) : null,
    expiresAt: heartbeatMs === null ? null : formatInstant(heartbeatMs + record.lease.expireMs),
  };
}
