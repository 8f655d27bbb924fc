import { pathToFileURL } from 'node:url';
import type { Connection, Opener, Statement } from './connection.ts';

/** The part of node:sqlite that is used; the types of the oldest supported Node do not have it. */
type NodeStatement = {
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
};
type NodeDatabase = {
  /** From Node 22.16 and 24 on. */
  readonly isTransaction?: boolean;
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
};
type NodeModule = { readonly DatabaseSync: new (path: string) => NodeDatabase };

/** Returns the SQLite that is built into Node, from 22.13 on; null where there is none. */
export function nodeSqlite(): Opener | null {
  const found = withoutWarning(() => process.getBuiltinModule?.('node:sqlite')) as NodeModule | undefined;
  return found === undefined ? null : (path, busyMs) => new NodeConnection(found, path, busyMs);
}

/** Node says on stderr that the module is experimental; what is used of it has not changed since it came. */
function withoutWarning<T>(load: () => T): T {
  const emit = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = emit;
  }
}

class NodeConnection implements Connection {
  readonly #database: NodeDatabase;

  constructor({ DatabaseSync }: NodeModule, path: string, busyMs: number) {
    // As a URI, because only so a missing file is not made.
    this.#database = named(() => new DatabaseSync(`${pathToFileURL(path).href}?mode=rw`));
    // The second is better-sqlite3's default in WAL mode.
    this.#database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA synchronous = NORMAL`);
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction ?? true;
  }

  exec(sql: string): void {
    named(() => {
      try {
        this.#database.exec(sql);
      } catch (error) {
        // Where Node does not tell, there may be none.
        if (sql !== 'ROLLBACK' || this.#database.isTransaction !== undefined) throw error;
      }
    });
  }

  pragma(sql: string, options?: { readonly simple: true }): unknown {
    const rows = this.prepare<[], Record<string, unknown>>(`PRAGMA ${sql}`).all();
    return options === undefined ? rows : Object.values(rows[0] ?? {})[0];
  }

  prepare<Parameters extends unknown[], Row>(sql: string): Statement<Parameters, Row> {
    const statement = named(() => this.#database.prepare(sql));
    const names = new Set(Array.from(sql.matchAll(/@(\w+)/g), ([, name]) => name as string));
    const bound = (parameters: readonly unknown[]) => parameters.map((value) => (isPlain(value) ? value : only(names, value)));
    return {
      run: (...parameters) => named(() => statement.run(...bound(parameters))),
      get: (...parameters) => named(() => statement.get(...bound(parameters))) as Row | undefined,
      all: (...parameters) => named(() => statement.all(...bound(parameters))) as Row[],
    };
  }

  close(): void {
    this.#database.close();
  }
}

function isPlain(value: unknown): value is string | number | bigint | null {
  return typeof value !== 'object' || value === null;
}

/** Node refuses names that the statement does not have. */
function only(names: ReadonlySet<string>, values: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values as object).filter(([name]) => names.has(name)));
}

/** SQLite's result codes that are told apart, by number. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  24: 'SQLITE_FORMAT',
  26: 'SQLITE_NOTADB',
};
const SHORT_READ = 522;

/** Runs the work, and gives its errors the code that better-sqlite3 gives them. */
function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') throw error;
    const { errcode } = error;
    // The lowest byte of an extended code is the plain one.
    const code = errcode === SHORT_READ ? 'SQLITE_IOERR_SHORT_READ' : (NAMES[errcode & 0xff] ?? 'SQLITE');
    throw Object.assign(error, { code });
  }
}
