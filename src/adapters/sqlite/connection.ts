import type { Database } from 'better-sqlite3';

export type Connection = Database;
export type Module = new (path: string, options?: object) => Connection;
