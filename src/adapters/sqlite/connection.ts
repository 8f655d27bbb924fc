/** What is used of a database, of either driver. */
export type Connection = {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  pragma(sql: string, options?: { readonly simple: true }): unknown;
  prepare<Parameters extends unknown[] = unknown[], Row = unknown>(sql: string): Statement<Parameters, Row>;
  close(): unknown;
};

export type Statement<Parameters extends unknown[], Row> = {
  run(...parameters: Parameters): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
};

/** Opens an existing file. `busyMs` is in force before the first statement. Errors have SQLite's name as their `code`. */
export type Opener = (path: string, busyMs: number) => Connection;

/** The class of better-sqlite3. */
export type Module = new (path: string, options?: object) => Connection;
