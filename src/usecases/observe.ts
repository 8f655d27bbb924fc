import { judge, type Verdict } from '../core/claim/liveness.ts';
import { type Observation, silenceMs } from '../core/claim/observation.ts';
import { type Holder, isLive, type Witnessed } from '../core/claim/record.ts';
import { type ClaimView, foreignView, viewOf } from '../core/claim/view.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import { formatAnchor } from '../core/session/anchor.ts';
import type { Identity } from '../core/session/identity.ts';
import { type AnchorSight, type Life, sightOf } from '../core/session/life.ts';
import { type Relation, relate } from '../core/session/relation.ts';
import type { Moment } from '../core/time.ts';
import { formatInstant } from '../core/time.ts';
import type { Reading } from '../ports/registry.ts';
import type { Ports } from './ports.ts';

/** Titles are looked up for a screenful; a longer board is read by programs or for its ids. */
const TITLES_MAX = 200;

/**
 * Shows claims with the evidence this machine has of their holders: processes, heartbeats, titles.
 *
 * @returns the views in the order of the readings; absent ones are left out
 */
export function observe(ports: Ports, readings: ReadonlyMap<OrderId, Reading>, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, (standing, now) => ports.cache.observe(standing, now));
}

/** The same for a whole board: what was seen is looked up, and nothing noted of the many claims that only pass by. */
export function survey(ports: Ports, readings: ReadonlyMap<OrderId, Reading>, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, () => ports.cache.leases());
}

type Standing = readonly { readonly order: OrderId; readonly oid: Oid }[];

function describe(
  ports: Ports,
  readings: ReadonlyMap<OrderId, Reading>,
  asker: Identity | null,
  rowsOf: (standing: Standing, now: Moment) => ReadonlyMap<OrderId, Observation>,
): ClaimView[] {
  const records = [...readings.values()].filter((reading) => reading.kind === 'record');
  const standing = records.filter(({ record }) => isLive(record)).map(({ oid, record }) => ({ order: record.order, oid }));
  const now = ports.clock.now();
  const rows = standing.length === 0 ? new Map<OrderId, Observation>() : rowsOf(standing, now);
  const { titles } = ports.titles.find(standing.slice(0, TITLES_MAX).map(({ order }) => order));
  const sights = sightings(ports);
  return [...readings].flatMap(([order, reading]) => {
    if (reading.kind === 'absent') return [];
    if (reading.kind !== 'record') return [foreignView(order, reading.kind === 'foreign' ? reading.oid : null, reading.why)];
    const { holder, worktree } = reading.record;
    const row = rows.get(order);
    const known = row?.oid === reading.oid ? row : null;
    const sight = sights(holder);
    return [
      viewOf(reading, {
        title: titles.get(order) ?? null,
        ...verdictOn(reading, sight.life, known, now),
        mine: asker !== null && isMine(relate(holder, asker, sight)),
        ...displayTimes(reading, known),
        worktree: worktree === null ? null : ports.places.absolute(worktree),
      }),
    ];
  });
}

/** Looks at each process once, however many claims name it. */
function sightings(ports: Ports): (holder: Holder) => AnchorSight {
  const seen = new Map<string, AnchorSight>();
  return (holder) => {
    const key = `${holder.host} ${holder.boot} ${holder.anchor === null ? '' : formatAnchor(holder.anchor)}`;
    const sight = seen.get(key) ?? sightOf(holder, ports.processes);
    seen.set(key, sight);
    return sight;
  };
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
  { record }: Witnessed,
  life: Life,
  row: Observation | null,
  now: Moment,
): Verdict | { liveness: null; evidence: null } {
  if (!isLive(record)) return { liveness: null, evidence: null };
  const { anchor, host } = record.holder;
  return judge({ life, pid: anchor?.pid ?? null, host, silentMs: silenceMs(row, now) }, record.lease);
}

function displayTimes({ record }: Witnessed, row: Observation | null) {
  const heartbeatMs = row?.heartbeat?.wallMs ?? null;
  return {
    heartbeatAt: heartbeatMs === null ? null : formatInstant(heartbeatMs),
    activityAt: row?.activity ? formatInstant(row.activity.wallMs) : null,
    expiresAt: heartbeatMs === null ? null : formatInstant(heartbeatMs + record.lease.expireMs),
  };
}
