import type { SessionKey } from '../../core/ids.ts';
import type { Loss, Losses } from '../../ports/losses.ts';
import type { SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';

/** The table `loss`. */
export class SqliteLosses implements Losses {
  readonly #cache: SqliteCache;

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  note(losses: readonly Loss[]): void {
    if (losses.length === 0) return;
    const instants = losses.map(({ at }) => at).sort();
    this.#cache.write('note losses', undefined, (connection) => {
      insert(connection, losses);
      prune(connection, this.#cache.keptSince(instants.at(-1) as string));
    });
  }

  takeUnreported(loser: SessionKey): Loss[] {
    const losses = this.#cache.use([], (connection) => selectUnreported(connection, loser));
    if (losses.length > 0) this.#cache.write('tell losses', undefined, (connection) => markReported(connection, loser));
    return losses;
  }
}

/** Inserts losses, each once. */
function insert(connection: Connection, losses: readonly Loss[]): void {
  const one = connection.prepare(
    `INSERT OR IGNORE INTO loss (loser, order_id, generation, taker, at, reason)
     VALUES (@loser, @order, @generation, @taker, @at, @reason)`,
  );
  for (const loss of losses) one.run(loss);
}

/** Deletes losses that happened before an instant. */
function prune(connection: Connection, before: string): void {
  connection.prepare('DELETE FROM loss WHERE at < ?').run(before);
}

function selectUnreported(connection: Connection, loser: SessionKey): Loss[] {
  return connection
    .prepare<[string], Loss>(
      `SELECT loser, order_id AS "order", generation, taker, at, reason FROM loss WHERE loser = ? AND is_told = 0 ORDER BY at`,
    )
    .all(loser);
}

function markReported(connection: Connection, loser: SessionKey): void {
  connection.prepare('UPDATE loss SET is_told = 1 WHERE loser = ?').run(loser);
}
