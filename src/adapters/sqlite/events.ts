import type { EventFilter, LoggedEvent, NumberedEvent } from '../../ports/lease-cache.ts';
import type { Connection } from './connection.ts';

/** Adds an event and returns its number. */
export function insertEvent(connection: Connection, event: LoggedEvent): number {
  const { lastInsertRowid } = connection
    .prepare(
      `INSERT INTO event (at, kind, order_id, session, session_key, generation, oid, message, detail)
       VALUES (@at, @kind, @order, @session, @sessionKey, @generation, @oid, @message, @detail)`,
    )
    .run(eventToRow(event));
  return Number(lastInsertRowid);
}

/** Removes the oldest events that happened before an instant, at most `limit` of them. */
export function pruneEvents(connection: Connection, before: string, limit: number): void {
  connection
    .prepare('DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT ?) AND at < ?')
    .run(limit, before);
}

/** Returns the newest events (after a number: the first), oldest first. */
export function selectEvents(connection: Connection, filter: EventFilter): NumberedEvent[] {
  const { order, kinds, afterNumber, since, limit } = filter;
  const conditions = [
    ...(order === undefined ? [] : ['order_id = @order']),
    ...(kinds === undefined ? [] : ['kind IN (SELECT value FROM json_each(@kinds))']),
    ...(afterNumber === undefined ? [] : ['number > @afterNumber']),
    ...(since === undefined ? [] : ['at >= @since']),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  // The plus keeps SQLite from walking the whole log by number where an index finds the few rows of late.
  const direction = afterNumber === undefined ? `${since === undefined ? '' : '+'}number DESC` : 'number';
  const rows = connection
    .prepare<object, EventRow>(
      `SELECT number, at, kind, order_id AS "order", session, session_key AS sessionKey, generation, oid, message, detail
       FROM event ${where} ORDER BY ${direction} LIMIT @limit`,
    )
    .all({ order, kinds: JSON.stringify(kinds ?? []), afterNumber, since, limit: Math.max(0, limit) })
    .map(eventOfRow);
  return afterNumber === undefined ? rows.reverse() : rows;
}

/** An event with its detail as JSON. */
type EventRow = Omit<NumberedEvent, 'detail'> & { readonly detail: string | null };

function eventToRow(event: LoggedEvent): Omit<EventRow, 'number'> {
  return { ...event, detail: event.detail && JSON.stringify(event.detail) };
}

/** The table admits nothing as a detail but a JSON object. */
function eventOfRow(row: EventRow): NumberedEvent {
  return { ...row, detail: row.detail === null ? null : JSON.parse(row.detail) };
}
