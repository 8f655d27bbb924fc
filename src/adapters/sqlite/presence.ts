import type { SessionKey } from '../../core/ids.ts';
import { formatAnchor, parseAnchor } from '../../core/session/anchor.ts';
import { formatPerson, parsePerson } from '../../core/session/person.ts';
import type { Presence, PresenceBook } from '../../ports/presence.ts';
import { PRUNED_AT_ONCE, type SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';

/** The table `session`. */
export class SqlitePresence implements PresenceBook {
  readonly #cache: SqliteCache;

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  register(presence: Presence): Presence {
    return this.#cache.write('register session', presence, (connection) => {
      const recorded = put(connection, presence);
      prune(connection, this.#cache.keptSince(presence.lastSeenAt));
      return recorded;
    });
  }

  session(key: SessionKey): Presence | null {
    const row = this.#cache.use(undefined, (connection) =>
      connection.prepare<[string], SessionRow>(`${SELECT} WHERE key = ?`).get(key),
    );
    return row === undefined ? null : ofRow(row);
  }

  sessions(): Presence[] {
    return this.#cache.use([], selectAll);
  }

  reportedBefore(key: SessionKey, number: number): number {
    return this.#cache.write('note heard', 0, (connection) => putHeard(connection, key, number));
  }
}

/** Inserts or updates a session. It keeps the first start, the title and issue if the new ones are null, and `thereSince`. */
function put(connection: Connection, presence: Presence): Presence {
  const kept = connection
    .prepare<[object], Pick<Presence, 'title' | 'linear' | 'startedAt' | 'thereSince'>>(
      `INSERT INTO session (key, id, agent, host, boot, anchor, person, worktree, there_since, title, linear, started_at, last_seen_at, ended_at)
       VALUES (@key, @id, @agent, @host, @boot, @anchor, @person, @worktree, @thereSince, @title, @linear, @startedAt, @lastSeenAt, @endedAt)
       ON CONFLICT (key) DO UPDATE SET
         id = @id, agent = @agent, host = @host, boot = @boot, anchor = @anchor, person = @person,
         there_since = CASE WHEN worktree IS @worktree THEN coalesce(there_since, @thereSince) ELSE @thereSince END,
         worktree = @worktree,
         title = coalesce(@title, title), linear = coalesce(@linear, linear), last_seen_at = @lastSeenAt, ended_at = @endedAt
       RETURNING title, linear, started_at AS startedAt, there_since AS thereSince`,
    )
    .get(toRow(presence));
  return { ...presence, ...kept };
}

/** Deletes sessions that were last seen before an instant. */
function prune(connection: Connection, before: string): void {
  connection
    .prepare('DELETE FROM session WHERE key IN (SELECT key FROM session WHERE last_seen_at < ? LIMIT ?)')
    .run(before, PRUNED_AT_ONCE);
}

const SELECT = `
  SELECT key, id, agent, host, boot, anchor, person, worktree, coalesce(there_since, last_seen_at) AS thereSince, title, linear,
         started_at AS startedAt, last_seen_at AS lastSeenAt, ended_at AS endedAt
  FROM session`;

function selectAll(connection: Connection): Presence[] {
  return connection.prepare<[], SessionRow>(`${SELECT} ORDER BY started_at, key`).all().map(ofRow);
}

/** Records the last event a session heard of. Returns the number recorded before; 0 if the session is unknown. */
function putHeard(connection: Connection, key: SessionKey, number: number): number {
  const row = connection.prepare<[string], { readonly heard: number }>('SELECT heard FROM session WHERE key = ?').get(key);
  const before = row?.heard;
  if (before !== undefined) connection.prepare('UPDATE session SET heard = max(heard, ?) WHERE key = ?').run(number, key);
  return before ?? 0;
}

/** A session with its anchor and person as one text each. */
type SessionRow = Omit<Presence, 'anchor' | 'person' | 'clone'> & {
  readonly anchor: string | null;
  readonly person: string | null;
};

function toRow(presence: Presence): SessionRow {
  const { anchor, person, clone: _, ...rest } = presence;
  return { ...rest, anchor: anchor && formatAnchor(anchor), person: person && formatPerson(person) };
}

function ofRow(row: SessionRow): Presence {
  const { anchor, person } = row;
  const known = { anchor: anchor === null ? null : parseAnchor(anchor), person: person === null ? null : parsePerson(person) };
  // Each clone has a cache of its own, so nobody asks.
  return { ...row, ...known, clone: null };
}
