import type { Witnessed } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Holder } from '../../core/session/holder.ts';
import { type Identity, noSession } from '../../core/session/identity.ts';
import { formatInstant } from '../../core/time.ts';
import type { Presence } from '../../ports/presence.ts';
import type { Ports } from '../ports.ts';
import { treeOf } from './tree.ts';

/**
 * Returns the session that asks.
 *
 * @throws ClaimError `no-session`
 */
export function askerOf(ports: Ports): Identity {
  const identified = ports.identify();
  if (identified.kind === 'nobody') throw noSession(identified);
  return identified.identity;
}

/** Returns the session that asks, or null where none is known: reading needs no identity. */
export function readerOf(ports: Ports): Identity | null {
  const identified = ports.identify();
  return identified.kind === 'session' ? identified.identity : null;
}

/** Returns the issue that the session works on, as it said once; null for a guest, who does not speak for the session's issue. */
export function issueOf(ports: Ports, { key, source }: Identity): string | null {
  return source === 'binding' ? null : (ports.presence.sessions().find((session) => session.key === key)?.linear ?? null);
}

/** The callers whose session was noted, so that nobody is noted twice by one command. */
const noted = new WeakSet<Ports>();

/**
 * Notes in the cache that the session is here, and returns what is known of it: best done while git is at work on something else.
 * A guest in a work tree is not the session it speaks for, and leaves that one's presence as it is.
 */
export function notePresence(ports: Ports, identity: Identity, changes: Partial<Presence> = {}): Presence {
  noted.add(ports);
  const now = formatInstant(ports.clock.now().wallMs);
  const present: Presence = {
    ...holderOf(identity),
    worktree: ports.places.topLevel,
    title: null,
    linear: null,
    startedAt: now,
    lastSeenAt: now,
    endedAt: null,
    ...changes,
  };
  return identity.source === 'binding' ? present : ports.presence.register(present);
}

/**
 * Notes whoever called, unless the command has done so: a session that asks for anything at all is here, whatever comes of it.
 */
export function noteCaller(ports: Ports): void {
  const caller = noted.has(ports) ? null : callerItself(ports);
  if (caller !== null) notePresence(ports, caller);
}

/**
 * Returns the session that called; null for a guest in its work tree, and where a broken anchor is named, of which only what
 * needs a session complains.
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

/** Returns the asker as a record names it. */
export function holderOf(identity: Identity): Holder {
  const { key, id, agent, host, boot, anchor } = identity;
  return { key, id, agent, host, boot, anchor };
}

/** What a claim tells of its holder's presence. */
export function presenceOfHolder(ports: Ports, { record }: Witnessed): Presence {
  const { holder, claimedAt, recordedAt } = record;
  const worktree = treeOf(ports, record);
  return { ...holder, worktree, title: null, linear: null, startedAt: claimedAt, lastSeenAt: recordedAt, endedAt: null };
}
