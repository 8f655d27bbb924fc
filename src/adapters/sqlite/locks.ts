import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheTrouble } from '../../core/doctor/symptom.ts';
import { monotonicMs, pause } from '../system/monotonic.ts';
import { step } from '../system/step.ts';
import type { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { createFile, placeOf, stampOf } from './place.ts';
import { isContention, troubleOf, Unusable } from './trouble.ts';

export type MutexOutcome<T> =
  | { readonly kind: 'ran'; readonly value: T }
  /** The section did not run: no SQLite, no place for the file, or another process was in it all the time. */
  | { readonly kind: 'unavailable'; readonly trouble: CacheTrouble };

export type MutexOptions = { readonly waitMs?: number; readonly load?: typeof loadDriver };

/** A section takes milliseconds. After this wait, a process must have been stopped inside one. */
const WAIT_MS = 5_000;
const POLL_MS = 2;
const POLL_JITTER_MS = 15;

/**
 * Runs a short section that only one process on this machine can be in at a time. The lock is an exclusive transaction on
 * `<git common dir>/claim/locks.db`. The kernel ends it with its process, so that a kill -9 leaves nothing to clear.
 *
 * The journal is in memory and the transaction is always rolled back, so the file stays empty for ever: one file, never written,
 * that no crash can corrupt. A WAL would add two more files and locks in shared memory for nothing.
 *
 * What the section throws is rethrown after the lock is released.
 */
export async function withMutex<T>(
  commonDir: string,
  section: () => T | Promise<T>,
  options: MutexOptions = {},
): Promise<MutexOutcome<T>> {
  const attempt = acquisition(commonDir, options);
  let got = attempt();
  for (; got === 'busy'; got = attempt()) await sleep(pollMs());
  if ('said' in got) return { kind: 'unavailable', trouble: got };
  try {
    return { kind: 'ran', value: await section() };
  } finally {
    got.close();
  }
}

/** Does the same for a section that does not wait for anything. Blocks this thread until the section has run. */
export function withMutexSync<T>(commonDir: string, section: () => T, options: MutexOptions = {}): MutexOutcome<T> {
  const attempt = acquisition(commonDir, options);
  let got = attempt();
  for (; got === 'busy'; got = attempt()) pause(pollMs());
  if ('said' in got) return { kind: 'unavailable', trouble: got };
  try {
    return { kind: 'ran', value: section() };
  } finally {
    got.close();
  }
}

/**
 * Returns a function that tries once to get the lock: it returns the connection that holds it (closing it
 * releases it), `busy`, or why there is none.
 */
function acquisition(
  commonDir: string,
  { waitMs = WAIT_MS, load = loadDriver }: MutexOptions,
): () => Connection | CacheTrouble | 'busy' {
  const deadlineMs = monotonicMs() + waitMs;
  const driver = load();
  if (driver.kind === 'missing') return () => driver.trouble;
  return () => {
    try {
      return lock(commonDir, driver.open);
    } catch (error) {
      const isWorthWaiting = isContention(error) && monotonicMs() < deadlineMs;
      return isWorthWaiting ? 'busy' : troubleOf(join(commonDir, 'claim', 'locks.db'), error);
    }
  };
}

function lock(commonDir: string, open: (path: string, busyMs: number) => Connection): Connection {
  const path = placeOf(commonDir, 'locks.db');
  createFile(path);
  const stamp = stampOf(path);
  step('before sql lock');
  const connection = open(path, 0);
  try {
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
    step('after sql lock');
  } catch (error) {
    connection.close();
    throw error;
  }
  if (stampOf(path) === stamp) return connection;
  connection.close();
  throw new Unusable(`${path} was removed while it was being locked: the next process would lock another file`);
}

function pollMs(): number {
  return POLL_MS + Math.random() * POLL_JITTER_MS;
}
