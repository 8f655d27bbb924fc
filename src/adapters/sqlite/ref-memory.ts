import {
  identityOf,
  type LastSeen,
  type MovedRef,
  type PathSeen,
  type Pushed,
  SAME_LOOK_MS,
} from '../../core/guard/moved-ref.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { Subject } from '../../core/liveness/observation.ts';
import type { PathKey } from '../../core/path.ts';
import type { RefMemory } from '../../ports/ref-memory.ts';
import type { SqliteCache } from './cache.ts';

/** The tables `seen_ref`, `seen_path` and `moved_ref`. */
export class SqliteRefMemory implements RefMemory {
  readonly #cache: SqliteCache;
  readonly #prefix: string;

  /** @param prefix where claims live. What was seen of others, before the configuration changed, is not missing here. */
  constructor(cache: SqliteCache, prefix: string) {
    this.#cache = cache;
    this.#prefix = prefix;
  }

  liveLines(): string {
    const row = this.#cache.use(undefined, (connection) =>
      connection.prepare<[string], { lines: string | null }>(LIVE_LINES).get(this.#prefix),
    );
    return row?.lines ?? '';
  }

  finished(): readonly OrderId[] {
    const rows = this.#cache.use<readonly { readonly order: OrderId }[]>([], (connection) =>
      connection.prepare<[string], { order: OrderId }>(FINISHED).all(this.#prefix),
    );
    return rows.map(({ order }) => order);
  }

  get(order: OrderId): LastSeen | null {
    const row = this.#cache.use(undefined, (connection) =>
      connection.prepare<[string, string], Row>(`${SELECT} AND order_id = ?`).get(this.#prefix, order),
    );
    return row === undefined ? null : ofRow(row);
  }

  heldBy(holder: SessionKey): Subject[] {
    const rows = this.#cache.use<readonly { readonly subject: Subject }[]>([], (connection) =>
      connection
        .prepare<[object], { subject: Subject }>(
          `SELECT order_id AS subject FROM seen_ref WHERE holder = @holder AND is_gone = 0 AND done IS NULL
             AND coalesce(prefix, @prefix) = @prefix
           UNION ALL SELECT key FROM seen_path WHERE holder = @holder AND leaving_since_ms IS NULL
             AND coalesce(prefix, @prefix) = @prefix`,
        )
        .all({ holder, prefix: this.#prefix }),
    );
    return rows.map(({ subject }) => subject);
  }

  remember(seen: readonly LastSeen[], ended: readonly OrderId[]): void {
    if (seen.length + ended.length === 0) return;
    this.#cache.write('remember refs', undefined, (connection) => {
      const put = connection.prepare(
        'INSERT OR REPLACE INTO seen_ref VALUES (@order, @oid, @holder, @branch, @tip, @gone, @pushed, @done, @prefix, @noted)',
      );
      for (const { isGone, pushed, ...one } of seen)
        put.run({ ...one, gone: Number(isGone), pushed: pushed && JSON.stringify(pushed), prefix: this.#prefix });
      const forget = connection.prepare('DELETE FROM seen_ref WHERE order_id = ?');
      for (const order of ended) forget.run(order);
    });
  }

  paths(): ReadonlyMap<PathKey, PathSeen> {
    const rows = this.#cache.use([], (connection) => connection.prepare<[string], PathSeen>(SELECT_PATHS).all(this.#prefix));
    return new Map(rows.map((row) => [row.key, row]));
  }

  rememberPaths(seen: readonly PathSeen[], ended: readonly PathSeen[]): void {
    if (seen.length + ended.length === 0) return;
    this.#cache.write('remember paths', undefined, (connection) => {
      const put = connection.prepare(PUT_PATH);
      for (const one of seen) put.run({ ...one, prefix: this.#prefix });
      const forget = connection.prepare('DELETE FROM seen_path WHERE key = @key AND oid = @oid');
      for (const { key, oid } of ended) forget.run({ key, oid });
    });
  }

  firstToTell(moves: readonly MovedRef[], nowMs: number): readonly MovedRef[] {
    if (moves.length === 0) return moves;
    return this.#cache.write('tell moves first', moves, (connection) => {
      connection.prepare('DELETE FROM told_move WHERE abs(told_ms - ?) > ?').run(nowMs, SAME_LOOK_MS);
      const put = connection.prepare('INSERT OR IGNORE INTO told_move VALUES (?, ?)');
      return moves.filter((move) => put.run(identityOf(move), nowMs).changes === 1);
    });
  }

  noteMoves(moves: readonly MovedRef[]): void {
    if (moves.length === 0) return;
    this.#cache.write('note moved refs', undefined, (connection) => {
      const put = connection.prepare('INSERT INTO moved_ref (holder, move) VALUES (?, ?)');
      for (const move of moves) put.run(move.holder, JSON.stringify(move));
    });
  }

  takeMoves(holder: SessionKey): readonly MovedRef[] {
    const moves = this.#cache.use<readonly { readonly move: string }[]>([], (connection) =>
      connection.prepare<[string], { move: string }>('SELECT move FROM moved_ref WHERE holder = ? ORDER BY number').all(holder),
    );
    if (moves.length > 0)
      this.#cache.write('tell moved refs', undefined, (connection) => {
        connection.prepare('DELETE FROM moved_ref WHERE holder = ?').run(holder);
      });
    return moves.map(({ move }) => JSON.parse(move) as MovedRef);
  }
}

const BELOW_PREFIX = 'WHERE (prefix IS NULL OR prefix = ?)';
const SELECT = `SELECT order_id AS "order", oid, holder, branch, tip, is_gone, pushed, done, noted FROM seen_ref ${BELOW_PREFIX}`;
/** In the order of the table's key. */
const LIVE_LINES = `SELECT group_concat(line, char(10)) AS lines FROM (
  SELECT order_id || ' ' || oid AS line FROM seen_ref ${BELOW_PREFIX} AND is_gone = 0 AND done IS NULL ORDER BY order_id)`;
const FINISHED = `SELECT order_id AS "order" FROM seen_ref ${BELOW_PREFIX} AND done IS NOT NULL`;
const SELECT_PATHS = `SELECT key, path, holder, order_id AS "order", oid, leaving_since_ms AS leavingSinceMs FROM seen_path ${BELOW_PREFIX}`;
const PUT_PATH = `INSERT INTO seen_path VALUES (@key, @path, @holder, @order, @oid, @leavingSinceMs, @prefix)
  ON CONFLICT (key) DO UPDATE SET path = excluded.path, holder = excluded.holder, order_id = excluded.order_id,
    oid = excluded.oid, leaving_since_ms = excluded.leaving_since_ms, prefix = excluded.prefix
  WHERE oid <> excluded.oid OR leaving_since_ms IS NULL`;

function ofRow({ is_gone, pushed, ...row }: Row): LastSeen {
  return { ...row, isGone: is_gone === 1, pushed: pushed === null ? null : (JSON.parse(pushed) as Pushed) };
}

type Row = Omit<LastSeen, 'isGone' | 'pushed'> & { readonly is_gone: number; readonly pushed: string | null };
