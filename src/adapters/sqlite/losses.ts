import type { SessionKey } from '../../core/ids.ts';
import type { Loss } from '../../ports/lease-cache.ts';
import type { Connection } from './connection.ts';

/** Notes losses, each once. */
export function insertLosses(connection: Connection, losses: readonly Loss[]): void {
  const insert = connection.prepare(
    `INSERT OR IGNORE INTO loss (loser, order_id, generation, taker, at, reason) VALUES (@loser, @order, @generation, @taker, @at, @reason)`,
  );
  for (const loss of losses) insert.run(loss);
}

/** Removes losses that happened before an instant. */
export function pruneLosses(connection: Connection, before: string): void {
  connection.prepare('DELETE FROM loss WHERE at < ?').run(before);
}

export function selectUntoldLosses(connection: Connection, loser: SessionKey): Loss[] {
  return connection
    .prepare<[string], Loss>(
      `SELECT loser, order_id AS "order", generation, taker, at, reason FROM loss WHERE loser = ? AND is_told = 0 ORDER BY at`,
    )
    .all(loser);
}

export function markLossesTold(connection: Connection, loser: SessionKey): void {
  connection.prepare('UPDATE loss SET is_told = 1 WHERE loser = ?').run(loser);
}
