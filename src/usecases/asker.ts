import type { Holder } from '../core/claim/record.ts';
import { type Identity, noSession } from '../core/session/identity.ts';
import { formatInstant } from '../core/time.ts';
import type { Ports } from './ports.ts';

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

/** Notes in the cache that the session is here: best done while git is at work on something else. */
export function notePresence(ports: Ports, identity: Identity): void {
  const now = formatInstant(ports.clock.now().wallMs);
  ports.cache.registerSession({
    ...holderOf(identity),
    worktree: ports.places.topLevel,
    title: null,
    linear: null,
    startedAt: now,
    lastSeenAt: now,
    endedAt: null,
  });
}

/** Returns the asker as a record names it. */
export function holderOf(identity: Identity): Holder {
  const { key, id, agent, host, boot, anchor } = identity;
  return { key, id, agent, host, boot, anchor };
}
