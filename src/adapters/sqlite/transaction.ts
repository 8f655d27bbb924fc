import type { Connection } from './connection.ts';

/** Runs the work as one transaction, all or nothing: as better-sqlite3's own, without the statements for nested ones that it prepares. */
export function immediately<T>(connection: Connection, work: (connection: Connection) => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work(connection);
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors end it by themselves.
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}
