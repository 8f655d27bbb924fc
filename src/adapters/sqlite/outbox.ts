import type { OrderId } from '../../core/ids.ts';
import type { Debt, Mirrored, Owed } from '../../ports/lease-cache.ts';
import type { Connection } from './connection.ts';

/** Notes debts; one that was there gets a new number. */
export function putDebts(connection: Connection, what: readonly Owed[], at: string): Debt[] {
  const put = connection.prepare<[string, string, string], { readonly number: number }>(
    'INSERT OR REPLACE INTO outbox (order_id, mirror, owed_at) VALUES (?, ?, ?) RETURNING number',
  );
  return what.map(({ order, mirror }) => {
    const row = put.get(order, mirror, at);
    return { order, mirror, number: row?.number ?? 0, owedAt: at, attempts: 0 };
  });
}

/** More of them are paid the next time. */
const DEBTS_MAX = 1_000;

/** Returns debts, the oldest first. */
export function selectDebts(connection: Connection): Debt[] {
  return connection
    .prepare<[number], Debt>(
      'SELECT order_id AS "order", mirror, number, owed_at AS owedAt, attempts FROM outbox ORDER BY number LIMIT ?',
    )
    .all(DEBTS_MAX);
}

/** Returns whether the debt still stood. */
export function dropDebt(connection: Connection, number: number): boolean {
  return connection.prepare<[number]>('DELETE FROM outbox WHERE number = ?').run(number).changes === 1;
}

export function postponeDebt(connection: Connection, number: number, at: string): void {
  connection.prepare('UPDATE outbox SET attempts = attempts + 1, owed_at = ? WHERE number = ?').run(at, number);
}

/** Returns what is remembered of an order's file, or null. */
export function selectMirrored(connection: Connection, order: OrderId): Mirrored | null {
  const row = connection
    .prepare<[string], { readonly file: string; readonly before: string }>('SELECT file, before FROM mirrored WHERE order_id = ?')
    .get(order);
  return row === undefined ? null : { file: row.file, before: JSON.parse(row.before) as Mirrored['before'] };
}

/** @param mirrored null forgets */
export function putMirrored(connection: Connection, order: OrderId, mirrored: Mirrored | null): void {
  if (mirrored === null) connection.prepare('DELETE FROM mirrored WHERE order_id = ?').run(order);
  else {
    connection
      .prepare('INSERT OR REPLACE INTO mirrored (order_id, file, before) VALUES (?, ?, ?)')
      .run(order, mirrored.file, JSON.stringify(mirrored.before));
  }
}
