import type { OrderId } from '../../core/ids.ts';
import { FEED, type MirrorOfOrder, type Outbox, type PendingMirror } from '../../ports/outbox.ts';
import type { SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';

/** The table `outbox`. */
export class SqliteOutbox implements Outbox {
  readonly #cache: SqliteCache;
  /** The pending events that this process has noted: their numbers, by order. */
  readonly #pendingEvents = new Map<OrderId, number>();

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  notePending(what: readonly MirrorOfOrder[], at: string): PendingMirror[] {
    if (what.length === 0) return [];
    const unnoted = what.map((one) => ({ ...one, number: 0, notedAt: at, attempts: 0 }));
    const pending = this.#cache.write('owe', unnoted, (connection) => put(connection, what, at));
    for (const one of pending) if (one.mirror === FEED) this.#pendingEvents.set(one.order, one.number);
    return pending;
  }

  pending(): PendingMirror[] {
    return this.#cache.use([], selectAll);
  }

  removePending(pending: readonly PendingMirror[]): boolean {
    if (pending.length === 0) return true;
    return this.#cache.write('pay', true, (connection) =>
      pending.map(({ number }) => drop(connection, number)).every((existed) => existed),
    );
  }

  noteFailure({ number }: PendingMirror, at: string): void {
    this.#cache.write('postpone', undefined, (connection) => putOff(connection, number, at));
  }

  /** Deletes the pending event of an order that this process noted, in the transaction that appends the event. */
  removePendingEvent(connection: Connection, order: OrderId): void {
    const number = this.#pendingEvents.get(order);
    if (number !== undefined) drop(connection, number);
  }
}

/** Inserts pending mirrors. One that exists already is replaced, and its number is new. */
function put(connection: Connection, what: readonly MirrorOfOrder[], at: string): PendingMirror[] {
  const one = connection.prepare<[string, string, string], { readonly number: number }>(
    'INSERT OR REPLACE INTO outbox (order_id, mirror, owed_at) VALUES (?, ?, ?) RETURNING number',
  );
  return what.map(({ order, mirror }) => {
    const row = one.get(order, mirror, at);
    return { order, mirror, number: row?.number ?? 0, notedAt: at, attempts: 0 };
  });
}

/** Further ones are written the next time. */
const PENDING_MAX = 1_000;

/** Returns the pending mirrors, the oldest first. */
function selectAll(connection: Connection): PendingMirror[] {
  return connection
    .prepare<[number], PendingMirror>(
      'SELECT order_id AS "order", mirror, number, owed_at AS notedAt, attempts FROM outbox ORDER BY number LIMIT ?',
    )
    .all(PENDING_MAX);
}

/** Returns whether the pending mirror still existed. */
function drop(connection: Connection, number: number): boolean {
  return connection.prepare<[number]>('DELETE FROM outbox WHERE number = ?').run(number).changes === 1;
}

function putOff(connection: Connection, number: number, at: string): void {
  connection.prepare('UPDATE outbox SET attempts = attempts + 1, owed_at = ? WHERE number = ?').run(at, number);
}
