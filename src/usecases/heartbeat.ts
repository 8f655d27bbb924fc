import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { Oid, SessionKey } from '../core/ids.ts';
import { idleMs, isForgotten } from '../core/liveness/idle.ts';
import type { Observation, Subject } from '../core/liveness/observation.ts';
import type { WitnessedPath } from '../core/paths/record.ts';
import { type Anchor, isSameAnchor } from '../core/session/anchor.ts';
import type { Holder } from '../core/session/holder.ts';
import type { Identity } from '../core/session/identity.ts';
import { sightOf } from '../core/session/life.ts';
import { relate } from '../core/session/relation.ts';
import { formatInstant, type Moment } from '../core/time.ts';
import { presenceOfHolder } from './caller/asker.ts';
import { lossesIn } from './caller/losses.ts';
import { bindTree } from './caller/tree.ts';
import { committedAt } from './evidence/committed.ts';
import { isMine } from './evidence/observe.ts';
import { changeOwnership } from './ownership/change-ownership.ts';
import { payDebts } from './ownership/mirror.ts';
import { noteEvent } from './ownership/note-change.ts';
import { asIs } from './ownership/plan-paths.ts';
import type { Ports } from './ports.ts';
import { challengeSilent } from './presence/challenge-silent.ts';

/** What the helper watches until its next beat: the session's claims as they stand. None: nothing is left to do. */
export type Watched = readonly { readonly subject: Subject; readonly oid: Oid }[];

/**
 * One beat of a session's helper: answers the challenges of its claims, also of those handed to it since the last one, and says that it is alive.
 * It challenges silent claims of others, and what the session lost is noted for it. Once the anchor is gone it marks the session ended; a session that did nothing for too long it leaves to itself.
 */
export async function heartbeat(ports: Ports, key: SessionKey, anchor: Anchor): Promise<Watched> {
  const { host, boot } = ports.processes;
  const self = { host, boot, anchor };
  if (sightOf(self, ports.processes).life.kind === 'gone') {
    markEnded(ports, key, anchor);
    return [];
  }
  const { readings, paths } = await ports.registry.survey();
  ports.cache.noteLosses(lossesIn(readings, key));
  const isOwn = ({ record }: Pick<WitnessedPath, 'record'> | Witnessed) =>
    record.holder.key === key && speaksFor(ports, record.holder, self);
  const orders = [...readings.values()].flatMap((reading) =>
    reading.kind === 'record' && isLive(reading.record) && isOwn(reading) ? [reading] : [],
  );
  const ownPaths = paths.flatMap(({ key: subject, reading }) =>
    reading.kind === 'record' && isOwn(reading) ? [{ subject, claim: reading }] : [],
  );
  const held = [...orders.map(watchedOrder), ...ownPaths.map(({ subject, claim: { oid } }) => ({ subject, oid }))];
  const now = ports.clock.now();
  const rows = rowsOf(ports, held);
  const commits = orders.flatMap((claim) => committedAt(ports, claim, now) ?? []);
  const activity = latest([...commits, ...rows.flatMap((row) => (row.activity?.boot === now.boot ? [row.activity] : []))]);
  const idleForMs = Math.min(...rows.map((row) => idleMs({ ...row, activity: activity ?? row.activity }, now)));
  if (rows.length > 0 && isForgotten(idleForMs, ports.settings.patience)) return held;

  const standing = await Promise.all(orders.map((claim) => (claim.record.challenge === null ? claim : answered(ports, claim))));
  const mine = standing.filter((claim) => claim !== null);
  const standingPaths = await Promise.all(
    ownPaths.map(async ({ subject, claim }) => {
      const now = claim.record.challenge === null ? claim : await answeredPath(ports, claim);
      return now === null ? [] : [{ subject, oid: now.oid }];
    }),
  );
  const watched = [...mine.map(watchedOrder), ...standingPaths.flat()];
  ports.cache.heartbeat(
    watched.map(({ subject, oid }) => ({ order: subject, oid, activity })),
    ports.clock.now(),
  );
  await payDebts(ports);
  notePresenceAgain(ports, mine);
  // Who holds nothing is about to end.
  if (watched.length > 0) await challengeSilent(ports, key, { readings, paths });
  return watched;
}

function watchedOrder({ oid, record }: Witnessed): Watched[number] {
  return { subject: record.order, oid };
}

/** A second session under the same key that lives elsewhere has a helper of its own. */
function speaksFor(ports: Ports, holder: Holder, self: Pick<Identity, 'host' | 'boot' | 'anchor'>): boolean {
  return isMine(relate(holder, { ...identityOf(holder), ...self }, sightOf(holder, ports.processes)));
}

function rowsOf(ports: Ports, held: Watched): Observation[] {
  const rows = ports.cache.leases();
  return held.flatMap(({ subject }) => rows.get(subject) ?? []);
}

function latest(moments: readonly Moment[]): Moment | null {
  return moments.reduce<Moment | null>((one, other) => (one === null || other.monoMs > one.monoMs ? other : one), null);
}

/** The same for a path. */
async function answeredPath(ports: Ports, { record }: WitnessedPath): Promise<WitnessedPath | null> {
  const outcome = await changeOwnership(
    ports,
    identityOf(record.holder),
    'answer',
    [],
    async () => () => ({}),
    null,
    asIs(record),
  );
  return outcome.kind === 'changed' ? (outcome.paths[0]?.now ?? null) : null;
}

/** Answers as the holder that the record names; null when the claim is not the session's any more. */
async function answered(ports: Ports, { record }: Witnessed): Promise<Witnessed | null> {
  const { order, holder } = record;
  const asker = identityOf(holder);
  const outcome = await changeOwnership(ports, asker, 'answer', [order], async () => () => ({ holder }));
  const [one] = outcome.kind === 'changed' ? outcome.claims : [];
  if (one === undefined) return null;
  bindTree(ports, one.now);
  noteEvent(ports, asker, one);
  return one.now;
}

function identityOf(holder: Holder): Identity {
  return { ...holder, source: 'named' };
}

/** A cache that was deleted knows no sessions, and nothing could be handed to this one. */
function notePresenceAgain(ports: Ports, [claim]: readonly Witnessed[]): void {
  if (claim === undefined || ports.cache.sessions().some(({ key }) => key === claim.record.holder.key)) return;
  ports.cache.registerSession(presenceOfHolder(ports, claim));
}

/** Unless the session goes on under another anchor. */
function markEnded(ports: Ports, key: SessionKey, anchor: Anchor): void {
  const presence = ports.cache.sessions().find((session) => session.key === key);
  if (presence === undefined || presence.endedAt !== null || !isSameAnchor(presence.anchor, anchor)) return;
  ports.cache.registerSession({ ...presence, endedAt: formatInstant(ports.clock.now().wallMs) });
}
