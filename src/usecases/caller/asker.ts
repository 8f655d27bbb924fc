import type { Witnessed } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import { holderOf } from '../../core/session/holder.ts';
import { type Identity, noSession } from '../../core/session/identity.ts';
import { formatExactInstant, formatInstant } from '../../core/time.ts';
import type { Presence } from '../../ports/presence.ts';
import type { Ports } from '../ports.ts';
import { treeOf } from './tree.ts';

/**
 * Returns the calling session.
 *
 * @throws ClaimError `no-session` if none is known
 */
export function askerOf(ports: Ports): Identity {
  const identified = ports.identify();
  if (identified.kind === 'nobody') throw noSession(identified);
  return identified.identity;
}

/**
 * Returns the calling session if it is one of its own: a guest without a terminal has nobody to claim for.
 *
 * @throws ClaimError `no-session`
 */
export function askerItself(ports: Ports): Identity {
  const asker = askerOf(ports);
  if (asker.source !== 'binding') return asker;
  throw new ClaimError({ code: 'no-session', kind: 'guest-session', host: asker.id });
}

/** Returns the calling session, or null if none is known: reading needs no identity. */
export function readerOf(ports: Ports): Identity | null {
  const identified = ports.identify();
  return identified.kind === 'session' ? identified.identity : null;
}

/** Returns the issue that the session said it works on; null for a guest, who is not that session. */
export function issueOf(ports: Ports, { key, source }: Identity): string | null {
  return source === 'binding' ? null : (ports.presence.session(key)?.linear ?? null);
}

/** The callers whose presence is recorded already, so that one command does not record it twice. */
const noted = new WeakSet<Ports>();

/**
 * Records in the cache that the session is here, and returns its presence. Commands call this while git runs.
 * A guest in a worktree is not the session that it speaks for, and does not change that session's presence.
 */
export function notePresence(ports: Ports, identity: Identity, changes: Partial<Presence> = {}): Presence {
  noted.add(ports);
  const { wallMs } = ports.clock.now();
  const now = formatInstant(wallMs);
  const present: Presence = {
    ...holderOf(identity),
    worktree: ports.places.topLevel,
    thereSince: formatExactInstant(wallMs),
    title: null,
    linear: null,
    startedAt: formatExactInstant(wallMs),
    lastSeenAt: now,
    endedAt: null,
    ...changes,
  };
  return identity.source === 'binding' ? present : ports.presence.register(present);
}

/** Records the caller's presence, unless the command has done so: a session that calls is here, even if its command fails. */
export function noteCaller(ports: Ports): void {
  const caller = noted.has(ports) ? null : callerItself(ports);
  if (caller !== null) notePresence(ports, caller);
}

/**
 * Returns the calling session itself; null for a guest in its worktree, and for a broken anchor, which is an error only in
 * commands that need a session.
 */
export function callerItself(ports: Ports): Identity | null {
  try {
    const reader = readerOf(ports);
    return reader?.source === 'binding' ? null : reader;
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

/** Returns the presence of a claim's holder, as far as the record tells it. */
export function presenceOfHolder(ports: Ports, { record }: Witnessed): Presence {
  const { holder, claimedAt, recordedAt } = record;
  const worktree = treeOf(ports, record);
  const known = { worktree, thereSince: claimedAt, title: null, linear: null };
  return { ...holder, ...known, startedAt: claimedAt, lastSeenAt: recordedAt, endedAt: null };
}
