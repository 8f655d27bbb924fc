import type { SessionKey } from '../../core/ids.ts';
import type { Presence } from '../../ports/lease-cache.ts';
import type { Connection } from './connection.ts';
import { type SessionRow, sessionOfRow, sessionToRow } from './rows.ts';

/** Notes a session and returns it as it is recorded now: its first start, and the title and issue it had, are kept. */
export function putSession(connection: Connection, presence: Presence): Presence {
  const kept = connection
    .prepare<object, Pick<Presence, 'title' | 'linear' | 'startedAt'>>(
      `INSERT INTO session (key, id, agent, host, boot, anchor, worktree, title, linear, started_at, last_seen_at, ended_at)
       VALUES (@key, @id, @agent, @host, @boot, @anchor, @worktree, @title, @linear, @startedAt, @lastSeenAt, @endedAt)
       ON CONFLICT (key) DO UPDATE SET
         id = @id, agent = @agent, host = @host, boot = @boot, anchor = @anchor, worktree = @worktree,
         title = coalesce(@title, title), linear = coalesce(@linear, linear), last_seen_at = @lastSeenAt, ended_at = @endedAt
       RETURNING title, linear, started_at AS startedAt`,
    )
    .get(sessionToRow(presence));
  return { ...presence, ...kept };
}

/** Notes the number of the last event that a session was told of, and returns the one before; null where the session is not known. */
export function putHeard(connection: Connection, key: SessionKey, number: number): number | null {
  const before = connection.prepare<[string], number>('SELECT heard FROM session WHERE key = ?').pluck().get(key);
  if (before !== undefined) connection.prepare('UPDATE session SET heard = max(heard, ?) WHERE key = ?').run(number, key);
  return before ?? null;
}

/** Removes sessions that were last seen before an instant, at most `limit` of them. */
export function pruneSessions(connection: Connection, before: string, limit: number): void {
  connection
    .prepare('DELETE FROM session WHERE key IN (SELECT key FROM session WHERE last_seen_at < ? LIMIT ?)')
    .run(before, limit);
}

export function selectSessions(connection: Connection): Presence[] {
  return connection
    .prepare<[], SessionRow>(
      `SELECT key, id, agent, host, boot, anchor, worktree, title, linear,
              started_at AS startedAt, last_seen_at AS lastSeenAt, ended_at AS endedAt
       FROM session ORDER BY started_at, key`,
    )
    .all()
    .map(sessionOfRow);
}
