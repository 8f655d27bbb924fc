import type { OrderId } from '../../core/ids.ts';
import { type Debt, FEED, type Mirrored, type Outbox, type Owed } from '../../ports/outbox.ts';
import type { SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';

/** The tables `outbox` and `mirrored`. */
export class SqliteOutbox implements Outbox {
  readonly #cache: SqliteCache;
  /** The debts to the feed that this process has noted: their numbers, by order. */
  readonly #feedDebts = new Map<OrderId, number>();

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  owe(what: readonly Owed[], at: string): Debt[] {
    if (what.length === 0) return [];
    const unnoted = what.map((owed) => ({ ...owed, number: 0, owedAt: at, attempts: 0 }));
    const debts = this.#cache.write('owe', unnoted, (connection) => put(connection, what, at));
    for (const debt of debts) if (debt.mirror === FEED) this.#feedDebts.set(debt.order, debt.number);
    return debts;
  }

  debts(): Debt[] {
    return this.#cache.use([], selectAll);
  }

  paid(debts: readonly Debt[]): boolean {
    if (debts.length === 0) return true;
    return this.#cache.write('pay', true, (connection) =>
      debts.map(({ number }) => drop(connection, number)).every((wasOwed) => wasOwed),
    );
  }

  postpone({ number }: Debt, at: string): void {
    this.#cache.write('postpone', undefined, (connection) => putOff(connection, number, at));
  }

  mirrored(order: OrderId): Mirrored | null {
    return this.#cache.use(null, (connection) => selectMirrored(connection, order));
  }

  noteMirrored(order: OrderId, mirrored: Mirrored | null): void {
    this.#cache.write('note mirrored', undefined, (connection) => putMirrored(connection, order, mirrored));
  }

  /** Deletes this process's debt to the feed for an order, in the transaction that appends the event. */
  payFeed(connection: Connection, order: OrderId): void {
    const number = this.#feedDebts.get(order);
    if (number !== undefined) drop(connection, number);
  }
}

/** Inserts debts. A debt that exists already is replaced, and its number is new. */
function put(connection: Connection, what: readonly Owed[], at: string): Debt[] {
  const one = connection.prepare<[string, string, string], { readonly number: number }>(
    'INSERT OR REPLACE INTO outbox (order_id, mirror, owed_at) VALUES (?, ?, ?) RETURNING number',
  );
  return what.map(({ order, mirror }) => {
    const row = one.get(order, mirror, at);
    return { order, mirror, number: row?.number ?? 0, owedAt: at, attempts: 0 };
  });
}

/** Further debts are paid the next time. */
const DEBTS_MAX = 1_000;

/** Returns debts, the oldest first. */
function selectAll(connection: Connection): Debt[] {
  return connection
    .prepare<[number], Debt>(
      'SELECT order_id AS "order", mirror, number, owed_at AS owedAt, attempts FROM outbox ORDER BY number LIMIT ?',
    )
    .all(DEBTS_MAX);
}

/** Returns whether the debt still existed. */
function drop(connection: Connection, number: number): boolean {
  return connection.prepare<[number]>('DELETE FROM outbox WHERE number = ?').run(number).changes === 1;
}

function putOff(connection: Connection, number: number, at: string): void {
  connection.prepare('UPDATE outbox SET attempts = attempts + 1, owed_at = ? WHERE number = ?').run(at, number);
}

function selectMirrored(connection: Connection, order: OrderId): Mirrored | null {
  const row = connection
    .prepare<[string], { readonly file: string; readonly before: string }>('SELECT file, before FROM mirrored WHERE order_id = ?')
    .get(order);
  return row === undefined ? null : { file: row.file, before: JSON.parse(row.before) as Mirrored['before'] };
}

/** @param mirrored null forgets */
function putMirrored(connection: Connection, order: OrderId, mirrored: Mirrored | null): void {
  if (mirrored === null) connection.prepare('DELETE FROM mirrored WHERE order_id = ?').run(order);
  else {
    connection
      .prepare('INSERT OR REPLACE INTO mirrored (order_id, file, before) VALUES (?, ?, ?)')
      .run(order, mirrored.file, JSON.stringify(mirrored.before));
  }
}
