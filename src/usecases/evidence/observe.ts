import { type ClaimRecord, isLive, type Witnessed } from '../../core/claim/record.ts';
import { type ClaimView, foreignView, NO_TIMES, type Seen, viewOf } from '../../core/claim/view.ts';
import type { OrderId } from '../../core/ids.ts';
import { judge } from '../../core/liveness/liveness.ts';
import { afterSight, type Observation, type Sight, type Subject } from '../../core/liveness/observation.ts';
import { type Contention, contend } from '../../core/liveness/takeover.ts';
import { remembered } from '../../core/remembered.ts';
import { formatAnchor } from '../../core/session/anchor.ts';
import type { Holder } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { type AnchorSight, sightOf } from '../../core/session/life.ts';
import { type Relation, relate } from '../../core/session/relation.ts';
import { formatInstant, type Moment } from '../../core/time.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import { sinceCommitMs } from './committed.ts';

/** Titles are looked up for a screenful; a longer board is read by programs or for its ids. */
const TITLES_MAX = 200;

/** What was read of claims, by order. */
type Readings = Iterable<readonly [OrderId, Reading]>;

/**
 * Shows claims with the evidence this machine has of their holders: processes, heartbeats, titles.
 *
 * @returns the views in the order of the readings; absent ones are left out
 */
export function observe(ports: Ports, readings: Readings, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, (live, sights) => {
    const seen = live.map((claim) => sightOfRecord(claim.record.order, claim, sights(claim.record.holder)));
    // By then, and not before, it was seen dead.
    return ports.sightings.observe(seen, ports.clock.now());
  });
}

/** The same for a whole board: what was seen is looked up, and nothing noted of the many claims that only pass by. */
export function survey(ports: Ports, readings: Readings, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, () => ports.sightings.all());
}

function describe(
  ports: Ports,
  readings: Readings,
  asker: Identity | null,
  rowsOf: (live: readonly Witnessed[], sights: Sights) => Rows,
): ClaimView[] {
  const sights = anchorSights(ports);
  const live: Witnessed[] = [];
  for (const [, reading] of readings) if (reading.kind === 'record' && isLive(reading.record)) live.push(reading);
  const seenOf = seeing(ports, asker, live.length === 0 ? new Map() : rowsOf(live, sights), sights);
  const titles = ports.orders.titles(live.slice(0, TITLES_MAX).map(({ record }) => record.order));
  const views: ClaimView[] = [];
  for (const [order, reading] of readings) {
    if (reading.kind === 'absent') continue;
    if (reading.kind !== 'record') {
      views.push(foreignView(order, reading));
      continue;
    }
    const { worktree } = reading.record;
    const seen = seenOf(order, reading, isLive(reading.record));
    const tree = worktree === null ? null : ports.places.absolute(worktree);
    views.push(viewOf(reading, { ...seen, title: titles.get(order) ?? null, worktree: tree }));
  }
  return views;
}

type Rows = ReadonlyMap<Subject, Observation>;

/**
 * Returns a function that tells what is seen of a claim and its holder, the same for orders and paths.
 *
 * @param rows what the cache knows, by subject
 */
export function seeing(ports: Ports, asker: Identity | null, rows: Rows, sights: Sights = anchorSights(ports)) {
  const isMineOf = remembered((holder: Holder) => asker !== null && isMine(relate(holder, asker, sights(holder))));
  const now = ports.clock.now();
  return (subject: Subject, claim: Held, isAlive: boolean): Seen => {
    const { record, oid } = claim;
    const row = rows.get(subject);
    const known = row?.oid === oid ? row : null;
    return {
      mine: isMineOf(record.holder),
      verdict: isAlive ? verdictOf(ports, record, sights(record.holder), known, now) : NO_VERDICT,
      times: known === null ? NO_TIMES : displayTimes(record, known),
    };
  };
}

function verdictOf(ports: Ports, record: Held['record'], { life }: AnchorSight, seen: Observation | null, now: Moment) {
  const { liveness, evidence, isIdle } = judge(record, life, seen, now, ports.settings.patience);
  return { liveness, evidence, idle: isIdle };
}

const NO_VERDICT = { liveness: null, evidence: null, idle: false } as const;

/** When a holder was seen last, and how long it is believed from then on. */
function displayTimes({ lease }: Held['record'], { heartbeat, activity }: Observation): Seen['times'] {
  return {
    heartbeatAt: heartbeat === null ? null : formatInstant(heartbeat.wallMs),
    activityAt: activity === null ? null : formatInstant(activity.wallMs),
    expiresAt: heartbeat === null ? null : formatInstant(heartbeat.wallMs + lease.expireMs),
  };
}

/** A live claim, on an order or on a path. */
type Held = Pick<Witnessed, 'oid' | 'previous'> & {
  readonly record: Pick<ClaimRecord, 'holder' | 'lease' | 'challenge'> & {
    readonly action: string;
    readonly worktree?: string | null;
  };
};

/** What a contender has to know of the claim in its way. */
export function contention(ports: Ports, subject: Subject, claim: Held): Contention {
  return contentions(ports, [{ subject, claim }])[0] as Contention;
}

/** The same of many, in one transaction of the cache. */
export function contentions(ports: Ports, claims: readonly { readonly subject: Subject; readonly claim: Held }[]): Contention[] {
  const sights = anchorSights(ports);
  const passing = claims.map(({ subject, claim }) => sightOfRecord(subject, claim, sights(claim.record.holder)));
  const now = ports.clock.now();
  const rows = claims.length === 0 ? new Map<Subject, Observation>() : ports.sightings.observe(passing, now);
  return claims.map(({ subject, claim }, at) => {
    // Without a cache only what this process has seen itself counts: then it takes a contender that waits.
    const seen = rows.get(subject) ?? afterSight(ports.seenHere.get(subject) ?? null, passing[at] as Sight, now);
    ports.seenHere.set(subject, seen);
    const verdict = judge(claim.record, sights(claim.record.holder).life, seen, now, ports.settings.patience);
    const outcome = contend(claim.record, verdict, seen, now);
    if (outcome.kind === 'leave' || verdict.liveness === 'dead') return outcome;
    // A holder without a helper may have worked all the time, and only its commits say so.
    const sinceMs = sinceCommitMs(ports, claim, now);
    const waitMs = sinceMs === null ? 0 : claim.record.lease.staleMs - sinceMs;
    return waitMs > 0 ? { kind: 'leave', waitMs } : outcome;
  });
}

/** A challenge is no word of the holder's: the silence before it goes on. */
function sightOfRecord(order: Subject, { oid, previous, record }: Held, { life }: AnchorSight): Sight {
  return { order, oid, continues: record.action === 'challenge' ? previous : null, isDead: life.kind === 'gone' };
}

type Sights = (holder: Holder) => AnchorSight;

/** Looks at each process once, however many claims name it; neighbours on a board share their holder, too. */
function anchorSights(ports: Ports): Sights {
  const seen = new Map<string, AnchorSight>();
  return remembered((holder) => {
    const key = `${holder.host} ${holder.boot} ${holder.anchor === null ? '' : formatAnchor(holder.anchor)}`;
    const sight = seen.get(key) ?? sightOf(holder, ports.processes);
    seen.set(key, sight);
    return sight;
  });
}

/** What the asker is to the holder a record names. */
export function relationTo(
  ports: Ports,
  { record }: { readonly record: Pick<ClaimRecord, 'holder'> },
  asker: Identity,
): Relation {
  return relate(record.holder, asker, sightOf(record.holder, ports.processes));
}

/** A conflict is not mine: two live sessions under one name are two sessions. */
export function isMine(relation: Relation): boolean {
  return relation !== 'other' && relation !== 'conflict';
}
