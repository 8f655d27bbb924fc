import { join } from 'node:path';
import type { CacheTrouble } from '../../core/doctor/symptom.ts';
import { monotonicMs, pause } from '../system/monotonic.ts';
import { step } from '../system/step.ts';
import type { Connection } from './connection.ts';
import { type Driver, loadDriver } from './driver.ts';
import { withMutexSync } from './locks.ts';
import { migrate, SCHEMA_VERSION, schemaVersionOf } from './migrations.ts';
import { createFile, placeOf, stampOf } from './place.ts';
import { setAside } from './set-aside.ts';
import { isContention, isDamage, troubleOf, Unusable } from './trouble.ts';

/*
 *   look ----------------------------------------------> ready
 *     |  missing, empty, older, not in WAL mode            ^
 *     +----------------------------> under the mutex: look, make and migrate
 *     |  damaged, newer                                    |
 *     +----------------------------> under the mutex: look, set aside, make and migrate
 *
 *  A process looks without a lock first. If the file is not ready, it looks again under the mutex: it may be ready by then.
 */
export type OpenCache =
  | {
      readonly kind: 'ready';
      readonly connection: Connection;
      readonly path: string;
      readonly stamp: string;
      readonly driver: string;
    }
  | { readonly kind: 'off'; readonly trouble: CacheTrouble };

export type DatabaseOptions = {
  readonly load?: typeof loadDriver;
  /** The stamp of a file that turned out to be damaged in use. If it is still there, it is set aside. */
  readonly damaged?: string | null;
};

/**
 * In WAL mode better-sqlite3 synchronises at checkpoints only, which keeps the file whole whatever crashes. The last process to
 * close the file makes a checkpoint, so commands end without closing it. Instead SQLite makes a checkpoint every 256 kB, and
 * the next process that opens the file never reads more than that.
 */
const OFTEN_CHECKPOINTED = 'PRAGMA wal_autocheckpoint = 64';

/** How long one statement waits for another process; a transaction lasts well below a millisecond. */
const BUSY_MS = 2_000;

/** `busy_timeout` does not cover the change to WAL mode, where SQLite answers at once that somebody else is at it. */
const ATTEMPTS = 10;
const ATTEMPT_PAUSE_MS = 20;

/** No attempt begins after this: a command waits for its cache no longer than a person would. */
const PATIENCE_MS = 3_000;

/** Opens `<git common dir>/claim/cache.db`. Makes or renews it where needed, answers `off` where that fails, and never throws. */
export function openCache(commonDir: string, { load = loadDriver, damaged = null }: DatabaseOptions = {}): OpenCache {
  const driver = load();
  if (driver.kind === 'missing') return { kind: 'off', trouble: driver.trouble };
  try {
    const path = placeOf(commonDir, 'cache.db');
    return retried(() => {
      const seen = look(path, driver, damaged);
      if (seen.kind === 'ready') return seen;
      const outcome = withMutexSync(commonDir, () => prepare(path, driver, damaged), { load: () => driver });
      return outcome.kind === 'ran' ? outcome.value : { kind: 'off', trouble: outcome.trouble };
    });
  } catch (error) {
    return { kind: 'off', trouble: troubleOf(join(commonDir, 'claim', 'cache.db'), error) };
  }
}

type Loaded = Extract<Driver, { kind: 'loaded' }>;
type Ready = Extract<OpenCache, { kind: 'ready' }>;
type Look =
  | Ready
  | { readonly kind: 'missing' | 'unprepared' | 'damaged' }
  | { readonly kind: 'newer'; readonly version: number };

function retried(open: () => OpenCache): OpenCache {
  const deadlineMs = monotonicMs() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return open();
    } catch (error) {
      if (!isContention(error) || attempt === ATTEMPTS || monotonicMs() > deadlineMs) throw error;
      pause(ATTEMPT_PAUSE_MS * Math.random());
    }
  }
}

function look(path: string, driver: Loaded, damaged: string | null): Look {
  const stamp = stampOf(path);
  if (stamp === null) return { kind: 'missing' };
  if (stamp === damaged) return { kind: 'damaged' };
  let connection: Connection | null = null;
  try {
    step('before sql open');
    connection = driver.open(path, BUSY_MS);
    const seen = judge(connection);
    step('after sql open');
    if (seen.kind === 'ready') return { kind: 'ready', connection, path, stamp, driver: driver.name };
    connection.close();
    return seen;
  } catch (error) {
    connection?.close();
    if (isDamage(error)) return { kind: 'damaged' };
    // Another process set it aside since the stamp was read.
    if (stampOf(path) !== stamp) return { kind: 'missing' };
    throw error;
  }
}

function judge(connection: Connection): Exclude<Look, Ready> | { readonly kind: 'ready' } {
  const version = schemaVersionOf(connection);
  if (version > SCHEMA_VERSION) return { kind: 'newer', version };
  if (version < SCHEMA_VERSION || connection.pragma('journal_mode', { simple: true }) !== 'wal') return { kind: 'unprepared' };
  connection.exec(OFTEN_CHECKPOINTED);
  return { kind: 'ready' };
}

function prepare(path: string, driver: Loaded, damaged: string | null): Ready {
  const seen = look(path, driver, damaged);
  if (seen.kind === 'ready') return seen;
  // A WAL without its database is set aside, too: it belongs to a file that somebody removed.
  if (seen.kind !== 'unprepared') setAside(path, seen.kind === 'newer' ? `newer-${seen.version}` : 'corrupt');
  try {
    make(path, driver);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // Tables of another program conflict with the schema.
    setAside(path, 'corrupt');
    make(path, driver);
  }
  const made = look(path, driver, null);
  if (made.kind !== 'ready') throw new Unusable(`${path} was just made and is ${made.kind}`);
  return made;
}

function make(path: string, driver: Loaded): void {
  createFile(path);
  step('before sql migrate');
  const connection = driver.open(path, BUSY_MS);
  try {
    const mode = connection.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal') throw new Unusable(`${path} is on a file system without shared memory, which SQLite's WAL needs`);
    migrate(connection);
  } finally {
    connection.close();
    step('after sql migrate');
  }
}
