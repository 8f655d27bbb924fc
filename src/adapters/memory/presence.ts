import type { SessionKey } from '../../core/ids.ts';
import type { Presence, PresenceBook } from '../../ports/presence.ts';
import type { MemoryCache } from './cache.ts';

/** Presence without a disk. */
export class MemoryPresence implements PresenceBook {
  readonly #cache: MemoryCache;
  readonly #sessions = new Map<SessionKey, Presence>();
  readonly #heard = new Map<SessionKey, number>();

  constructor(cache: MemoryCache) {
    this.#cache = cache;
  }

  register(presence: Presence): Presence {
    const known = this.#sessions.get(presence.key);
    const present = {
      ...presence,
      startedAt: known?.startedAt ?? presence.startedAt,
      thereSince: known?.worktree === presence.worktree ? known.thereSince : presence.thereSince,
      title: presence.title ?? known?.title ?? null,
      linear: presence.linear ?? known?.linear ?? null,
    };
    this.#sessions.set(presence.key, present);
    for (const [key, { lastSeenAt }] of this.#sessions)
      if (this.#cache.isPast(lastSeenAt, presence.lastSeenAt)) this.#sessions.delete(key);
    return present;
  }

  session(key: SessionKey): Presence | null {
    return this.#sessions.get(key) ?? null;
  }

  sessions(): Presence[] {
    const place = ({ startedAt, key }: Presence) => `${startedAt} ${key}`;
    return [...this.#sessions.values()].sort((one, other) => (place(one) < place(other) ? -1 : 1));
  }

  reportedBefore(key: SessionKey, number: number): number {
    const before = this.#heard.get(key) ?? 0;
    if (this.#sessions.has(key)) this.#heard.set(key, Math.max(before, number));
    return before;
  }
}
