import { ClaimError } from '../core/errors.ts';
import type { Oid, SessionKey } from '../core/ids.ts';
import { idleMs, isForgotten } from '../core/liveness/idle.ts';
import type { Observation, Subject } from '../core/liveness/observation.ts';
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
import { lookForMoves } from './evidence/moved-refs.ts';
import { isMine } from './evidence/observe.ts';
import { treeChangedAt } from './evidence/tree-change.ts';
import { changeOwnership } from './ownership/change-ownership.ts';
import { asHeld, heldAfter, type LiveClaim, liveClaims } from './ownership/live-claims.ts';
import { withdrawForgotten, writePending } from './ownership/mirror.ts';
import { noteEvent } from './ownership/note-change.ts';
import { isUnsigned } from './ownership/sign-shared.ts';
import type { Ports } from './ports.ts';
import { challengeSilent } from './presence/challenge-silent.ts';
import { readOwn } from './presence/read-own.ts';
import { takeRemoteTurn } from './presence/remote-beat.ts';

/** The session's current claims, which the helper watches until its next beat. If there are none, it has nothing left to do. */
export type Watched = readonly { readonly subject: Subject; readonly oid: Oid }[];

/**
 * Does one beat of a session's helper: answers challenges of the session's claims, also of those handed to it since the last
 * beat, and records that the session is alive. It challenges silent claims of others and records what the session lost. If the
 * anchor has exited, it marks the session ended. It does nothing for a session that was idle for too long.
 *
 * It reads the refs of its own session alone, however many claims there are, but for the first beat of a helper, and after the
 * cache was replaced, which knows what else the session has.
 *
 * @param watched what the last beat returned; empty for the first one
 */
export async function heartbeat(
  ports: Ports,
  key: SessionKey,
  anchor: Anchor,
  watched: readonly Subject[] = [],
): Promise<Watched> {
  const { host, boot } = ports.processes;
  const self = { host, boot, anchor, clone: ports.shared?.clone ?? null };
  if (sightOf(self, ports.processes).life.kind === 'gone') {
    markEnded(ports, key, anchor);
    return [];
  }
  const beatRemotely = await takeRemoteTurn(ports);
  const read = await readOwn(ports, key, watched);
  const { readings, paths, isWhole } = read;
  ports.losses.note(lossesIn(readings, key));
  // Nobody reads what a helper says: the session hears of it at its next command.
  await lookForMoves(ports, read, null, isWhole);
  const own = liveClaims({ readings, paths }, (holder) => holder.key === key && speaksFor(ports, holder, self));
  const held = own.map(asWatched);
  const now = ports.clock.now();
  const rows = rowsOf(ports, held);
  const commits = own.flatMap(({ claim }) => committedAt(ports, claim, now) ?? []);
  let activity = latest([...commits, ...rows.flatMap((row) => (row.activity?.boot === now.boot ? [row.activity] : []))]);
  const isIdle = () => {
    const idleForMs = Math.min(...rows.map((row) => idleMs({ ...row, activity: activity ?? row.activity }, now)));
    return rows.length > 0 && isForgotten(idleForMs, ports.settings.patience);
  };
  if (isIdle()) {
    // It may edit files all the time, of which nobody hears.
    const edits = await Promise.all(own.map(({ claim }) => treeChangedAt(ports, claim, now)));
    activity = latest([...edits.filter((edit) => edit !== null), ...(activity === null ? [] : [activity])]);
    if (isIdle()) return held;
  }

  const current = await Promise.all(own.map((one) => (hasToSpeak(ports, one) ? answered(ports, one) : one)));
  const mine = current.filter((one) => one !== null);
  const left = mine.map(asWatched);
  ports.sightings.heartbeat(
    left.map(({ subject, oid }) => ({ order: subject, oid, activity })),
    ports.clock.now(),
  );
  await beatRemotely?.();
  await writePending(ports);
  await withdrawForgotten(ports, readings);
  notePresenceAgain(ports, mine);
  // A helper whose session holds nothing is about to exit.
  if (left.length > 0) await challengeSilent(ports, key, isWhole ? { readings, paths } : null);
  return left;
}

function asWatched({ subject, claim: { oid } }: LiveClaim): Watched[number] {
  return { subject, oid };
}

/** Another session with the same key and another anchor has its own helper. */
function speaksFor(ports: Ports, holder: Holder, self: Pick<Identity, 'host' | 'boot' | 'anchor' | 'clone'>): boolean {
  return isMine(relate(holder, { ...identityOf(holder), ...self }, sightOf(holder, ports.processes)));
}

function rowsOf(ports: Ports, held: Watched): Observation[] {
  return [...ports.sightings.of(held.map(({ subject }) => subject)).values()];
}

function latest(moments: readonly Moment[]): Moment | null {
  return moments.reduce<Moment | null>((one, other) => (one === null || other.monoMs > one.monoMs ? other : one), null);
}

/** Returns whether a record must be written: to answer a challenge, or to tell other clones whose it is. */
function hasToSpeak(ports: Ports, { claim: { record } }: LiveClaim): boolean {
  return record.challenge !== null || isUnsigned(ports, record.holder);
}

/**
 * Writes a record again as the holder that it names; returns null if the session has lost the claim. Where the remote is out of
 * reach, the next beat does.
 */
async function answered(ports: Ports, one: LiveClaim): Promise<LiveClaim | null> {
  const asker = identityOf(one.claim.record.holder);
  const outcome = await changeOwnership(ports, { asker, ...asHeld(one) }).catch((error: unknown) => {
    if (error instanceof ClaimError && error.code === 'remote') return null;
    throw error;
  });
  if (outcome === null) return one;
  if (outcome.kind === 'refused') return null;
  for (const claim of outcome.claims) {
    bindTree(ports, claim.now);
    noteEvent(ports, asker, claim);
  }
  return heldAfter(one, outcome);
}

function identityOf(holder: Holder): Identity {
  return { ...holder, source: 'named', guestOf: null };
}

/** After the cache was deleted, it has no sessions, and nothing could be handed to this one. */
function notePresenceAgain(ports: Ports, mine: readonly LiveClaim[]): void {
  const order = mine.find(({ on }) => on === 'order');
  if (order?.on !== 'order' || ports.presence.session(order.claim.record.holder.key) !== null) return;
  ports.presence.register(presenceOfHolder(ports, order.claim));
}

/** Marks the session ended, unless it continues with another anchor. */
function markEnded(ports: Ports, key: SessionKey, anchor: Anchor): void {
  const presence = ports.presence.session(key);
  if (presence === null || presence.endedAt !== null || !isSameAnchor(presence.anchor, anchor)) return;
  ports.presence.register({ ...presence, endedAt: formatInstant(ports.clock.now().wallMs) });
}
