import type { EventFilter, EventLog, LoggedEvent, NumberedEvent } from '../../ports/event-log.ts';
import { PRUNED_AT_ONCE, type SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';
import type { SqliteOutbox } from './outbox.ts';

/** The table `event`. */
export class SqliteEventLog implements EventLog {
  readonly #cache: SqliteCache;
  readonly #outbox: SqliteOutbox;

  constructor(cache: SqliteCache, outbox: SqliteOutbox) {
    this.#cache = cache;
    this.#outbox = outbox;
  }

  append(event: LoggedEvent): number | null {
    return this.#cache.write<number | null>('append event', null, (connection) => {
      const number = insert(connection, event);
      prune(connection, this.#cache.keptSince(event.at));
      if (event.order !== null && event.oid !== null) this.#outbox.removePendingEvent(connection, event.order);
      return number;
    });
  }

  read(filter: EventFilter): NumberedEvent[] {
    return this.#cache.use([], (connection) => select(connection, filter));
  }
}

/** Inserts an event and returns its number. */
function insert(connection: Connection, event: LoggedEvent): number {
  const { lastInsertRowid } = connection
    .prepare(
      `INSERT INTO event (at, kind, order_id, session, session_key, generation, oid, message, detail)
       VALUES (@at, @kind, @order, @session, @sessionKey, @generation, @oid, @message, @detail)`,
    )
    .run(toRow(event));
  return Number(lastInsertRowid);
}

/** Deletes the oldest events that happened before an instant. */
function prune(connection: Connection, before: string): void {
  connection
    .prepare('DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT ?) AND at < ?')
    .run(PRUNED_AT_ONCE, before);
}

function select(connection: Connection, filter: EventFilter): NumberedEvent[] {
  const { order, kinds, afterNumber, since, limit } = filter;
  const conditions = [
    ...(order === undefined ? [] : ['order_id = @order']),
    ...(kinds === undefined ? [] : ['kind IN (SELECT value FROM json_each(@kinds))']),
    ...(afterNumber === undefined ? [] : ['number > @afterNumber']),
    ...(since === undefined ? [] : ['at >= @since']),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  // The plus keeps SQLite from walking the whole log by number if an index finds the few recent rows.
  const direction = afterNumber === undefined ? `${since === undefined ? '' : '+'}number DESC` : 'number';
  const rows = connection
    .prepare<[object], EventRow>(
      `SELECT number, at, kind, order_id AS "order", session, session_key AS sessionKey, generation, oid, message, detail
       FROM event ${where} ORDER BY ${direction} LIMIT @limit`,
    )
    .all({ order, kinds: JSON.stringify(kinds ?? []), afterNumber, since, limit: Math.max(0, limit) })
    .map(ofRow);
  return afterNumber === undefined ? rows.reverse() : rows;
}

/** An event with its detail as JSON. */
type EventRow = Omit<NumberedEvent, 'detail'> & { readonly detail: string | null };

function toRow(event: LoggedEvent): Omit<EventRow, 'number'> {
  return { ...event, detail: event.detail && JSON.stringify(event.detail) };
}

/** The table admits nothing but a JSON object as a detail. */
function ofRow(row: EventRow): NumberedEvent {
  return { ...row, detail: row.detail === null ? null : JSON.parse(row.detail) };
}
