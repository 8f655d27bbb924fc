import type { Connection } from './connection.ts';

/** Runs the work as one transaction, all or nothing. Unlike better-sqlite3's own, it prepares no statements for nested ones. */
export function immediately<T>(connection: Connection, work: (connection: Connection) => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work(connection);
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors end the transaction by themselves.
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}
