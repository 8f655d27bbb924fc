import { type ClaimRecord, isLiveRead, type Witnessed } from '../../core/claim/record.ts';
import { type ClaimView, foreignView, NO_TIMES, type Seen, viewOf } from '../../core/claim/view.ts';
import type { OrderId } from '../../core/ids.ts';
import { isDead } from '../../core/liveness/liveness.ts';
import { afterSight, type Observation, type Sight, type Subject } from '../../core/liveness/observation.ts';
import { type Contention, contend } from '../../core/liveness/takeover.ts';
import type { LeaseTerms } from '../../core/record/lease.ts';
import { remembered } from '../../core/remembered.ts';
import { closedClause, returnedClause } from '../../core/session/evidence.ts';
import type { Holder } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { type AnchorSight, lifeOf, sightOf } from '../../core/session/life.ts';
import { type Relation, relate } from '../../core/session/relation.ts';
import { formatInstant } from '../../core/time.ts';
import type { Reading } from '../../ports/registry.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { sinceCommitMs } from './committed.ts';
import { anchorSights, type Sights } from './sights.ts';
import { type Held, type Standing, standings } from './standing.ts';
import { sinceTreeChangeMs } from './tree-change.ts';

/** Titles are looked up for a screenful. A longer board is read by programs, or for its ids. */
const TITLES_MAX = 200;

/** The readings of claim refs, by order. */
type Readings = Iterable<readonly [OrderId, Reading]>;

/**
 * Returns claims with their titles and the evidence that this machine has of their holders (processes, heartbeats). Records that
 * they were seen.
 *
 * @returns the views in the order of the readings, without absent ones
 */
export function observe(ports: Ports, readings: Readings, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, (live, sights) => {
    const seen = live.map((claim) => sightOfRecord(claim.record.order, claim, sights(claim.record.holder)));
    // Not before the processes were looked at: a holder is not seen dead earlier than that.
    return ports.sightings.observe(seen, ports.clock.now());
  });
}

/** Returns the same for a whole board without recording anything, because most of its claims matter to nobody now. */
export function survey(ports: Ports, readings: Readings, asker: Identity | null): ClaimView[] {
  return describe(ports, readings, asker, (live) => ports.sightings.of(live.map(({ record }) => record.order)));
}

function describe(
  ports: Ports,
  readings: Readings,
  asker: Identity | null,
  rowsOf: (live: readonly Witnessed[], sights: Sights) => Rows,
): ClaimView[] {
  const sights = anchorSights(ports);
  const live: Witnessed[] = [];
  const ended: OrderId[] = [];
  for (const [order, reading] of readings) {
    if (reading.kind !== 'record') continue;
    if (isLiveRead(reading)) live.push(reading);
    else ended.push(order);
  }
  const seenOf = seeing(ports, asker, live.length === 0 ? new Map() : rowsOf(live, sights), sights);
  const titles = ports.orders.titles([...live.map(({ record }) => record.order), ...ended].slice(0, TITLES_MAX));
  const views: ClaimView[] = [];
  for (const [order, reading] of readings) {
    if (reading.kind === 'absent') continue;
    if (reading.kind !== 'record') {
      views.push(foreignView(order, reading));
      continue;
    }
    const seen = seenOf(order, reading, isLiveRead(reading));
    const tree = treeOf(ports, reading.record);
    // What an ended claim has left may have been removed since.
    const worktree = tree === null || isLiveRead(reading) || ports.places.isThere(tree) ? tree : null;
    const sync = ports.shared?.syncOf(order, reading.oid) ?? 'local';
    views.push(viewOf(reading, { ...seen, title: titles.get(order) ?? null, worktree, sync }));
  }
  return views;
}

type Rows = ReadonlyMap<Subject, Observation>;

/**
 * Returns a function that looks at a claim and its holder, on an order or on a path.
 *
 * @param rows what the cache knows of claims, by subject
 */
export function seeing(ports: Ports, asker: Identity | null, rows: Rows, sights: Sights = anchorSights(ports)) {
  const isMineOf = remembered((holder: Holder) => asker !== null && isMine(relate(holder, asker, sights(holder))));
  const standingOf = standings(ports, ports.clock.now());
  return (subject: Subject, claim: Held, isAlive: boolean): Seen => {
    const { record, oid } = claim;
    const row = rows.get(subject);
    const known = row?.oid === oid ? row : null;
    return {
      mine: isMineOf(record.holder),
      ...(isAlive
        ? evidenceOf(standingOf(subject, claim, sights(record.holder).life, known))
        : { verdict: NO_VERDICT, times: displayTimes(record.lease, known) }),
    };
  };
}

function evidenceOf({ verdict: { liveness, evidence, isIdle }, seen, lease }: Standing): Omit<Seen, 'mine'> {
  return { verdict: { liveness, evidence, idle: isIdle }, times: displayTimes(lease, seen) };
}

const NO_VERDICT = { liveness: null, evidence: null, idle: false } as const;

/** Returns when a holder was seen last, and until when it is believed to be alive. */
function displayTimes({ expireMs }: LeaseTerms, seen: Observation | null): Seen['times'] {
  if (seen === null) return NO_TIMES;
  const { heartbeat, activity } = seen;
  return {
    heartbeatAt: heartbeat === null ? null : formatInstant(heartbeat.wallMs),
    activityAt: activity === null ? null : formatInstant(activity.wallMs),
    expiresAt: heartbeat === null ? null : formatInstant(heartbeat.wallMs + expireMs),
  };
}

/**
 * Returns what a contender may do now about the claim in its way. If nothing was heard of the holder for so long that it may be
 * challenged or replaced, the worktree has the last word: whoever changes files there is at work. A process that provably lives
 * is given up only if nothing has changed for as long as it may do nothing, whatever the cache says of it.
 */
export async function contentionNow(ports: Ports, subject: Subject, claim: Held): Promise<Contention> {
  const outcome = contention(ports, subject, claim);
  const { life } = sightOf(claim.record.holder, ports.processes);
  if (outcome.kind === 'leave' || isDead(claim.record.holder, life)) return outcome;
  const { maxIdleMs } = ports.settings.patience;
  const quietMs = life.kind === 'alive' ? Math.max(maxIdleMs, claim.record.lease.staleMs) : claim.record.lease.staleMs;
  const sinceMs = await sinceTreeChangeMs(ports, claim, ports.clock.now());
  const waitMs = sinceMs === null ? 0 : quietMs - sinceMs;
  return waitMs > 0 ? { kind: 'leave', waitMs } : outcome;
}

/** Returns the same as far as processes, signs of life and commits tell. */
export function contention(ports: Ports, subject: Subject, claim: Held): Contention {
  return contentions(ports, [{ subject, claim }])[0] as Contention;
}

/** Returns the same for many claims, in their order and with one transaction of the cache. */
export function contentions(ports: Ports, claims: readonly { readonly subject: Subject; readonly claim: Held }[]): Contention[] {
  const sights = anchorSights(ports);
  const passing = claims.map(({ subject, claim }) => sightOfRecord(subject, claim, sights(claim.record.holder)));
  const now = ports.clock.now();
  const rows = claims.length === 0 ? new Map<Subject, Observation>() : ports.sightings.observe(passing, now);
  const standingOf = standings(ports, now);
  return claims.map(({ subject, claim }, at) => {
    // Without a cache, only what this process saw itself counts. Then only a contender that waits can take over.
    const seen = rows.get(subject) ?? afterSight(ports.seenHere.get(subject) ?? null, passing[at] as Sight, now);
    ports.seenHere.set(subject, seen);
    const { verdict, lease, until, ...known } = standingOf(subject, claim, sights(claim.record.holder).life, seen);
    const outcome = contend({ lease, challenge: claim.record.challenge }, verdict, known.seen, until);
    if (outcome.kind === 'leave') return outcome;
    if (!ports.clock.isCredible()) return { kind: 'leave', waitMs: null };
    if (verdict.liveness === 'dead') return outcome;
    // A holder without a helper may have worked all the time, which only its commits show.
    const sinceMs = sinceCommitMs(ports, claim, now);
    const waitMs = sinceMs === null ? 0 : claim.record.lease.staleMs - sinceMs;
    return waitMs > 0 ? { kind: 'leave', waitMs } : outcome;
  });
}

/** A challenge is not a sign of life: the silence before it continues. */
function sightOfRecord(order: Subject, { oid, previous, record }: Held, { life }: AnchorSight): Sight {
  return { order, oid, continues: record.action === 'challenge' ? previous : null, isDead: isDead(record.holder, life) };
}

/** Returns what the caller is to the holder that a record names. */
export function relationTo(
  ports: Ports,
  { record }: { readonly record: Pick<ClaimRecord, 'holder'> },
  asker: Identity,
): Relation {
  return relate(record.holder, asker, sightOf(record.holder, ports.processes));
}

/** Returns why a claim comes over to the terminal at which its holder asks again. */
export function whyReturned(ports: Ports, holder: Holder, { person }: Identity): string {
  const closed = closedClause(lifeOf(holder, ports.processes), holder.host, holder.anchor?.pid ?? null);
  return returnedClause(closed, person?.terminal ?? '-');
}

/** Returns whether a claim is the caller's. In a conflict it is not: two live sessions with one name are two sessions. */
export function isMine(relation: Relation): boolean {
  return relation === 'mine' || relation === 'resumed' || relation === 'cleared' || relation === 'nested';
}
