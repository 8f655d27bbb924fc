import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs, pause } from '../system/monotonic.ts';
import { step } from '../system/step.ts';
import type { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { createFile, placeOf, stampOf } from './place.ts';
import { isContention, reasonOf, Unusable } from './trouble.ts';

export type MutexOutcome<T> =
  | { readonly kind: 'ran'; readonly value: T }
  /** The section did not run: no SQLite, no place for the file, or somebody else was in it all the time. */
  | { readonly kind: 'unavailable'; readonly why: string };

export type MutexOptions = { readonly waitMs?: number; readonly load?: typeof loadDriver };

/** A section lasts milliseconds, so whoever waits this long waits for a process that was stopped inside one. */
const WAIT_MS = 5_000;
const POLL_MS = 2;
const POLL_JITTER_MS = 15;

/**
 * Runs a short section that only one process on this machine is in at a time. The lock is an exclusive transaction on
 * `<git common dir>/claim/locks.db`, which the kernel ends with its process: nothing is left to clear after a kill -9.
 *
 * The file has a rollback journal in memory and the transaction is always rolled back, so it stays empty for ever:
 * one file, never written, that no crash can corrupt. A WAL would bring two more files and locks in shared memory for nothing.
 *
 * What the section throws is thrown on, after the lock is released.
 */
export async function withMutex<T>(
  commonDir: string,
  section: () => T | Promise<T>,
  options: MutexOptions = {},
): Promise<MutexOutcome<T>> {
  const attempt = acquisition(commonDir, options);
  let got = attempt();
  for (; got === 'busy'; got = attempt()) await sleep(pollMs());
  if (typeof got === 'string') return { kind: 'unavailable', why: got };
  try {
    return { kind: 'ran', value: await section() };
  } finally {
    got.close();
  }
}

/** The same for a section without a wait in it; it blocks this thread until its turn comes. */
export function withMutexSync<T>(commonDir: string, section: () => T, options: MutexOptions = {}): MutexOutcome<T> {
  const attempt = acquisition(commonDir, options);
  let got = attempt();
  for (; got === 'busy'; got = attempt()) pause(pollMs());
  if (typeof got === 'string') return { kind: 'unavailable', why: got };
  try {
    return { kind: 'ran', value: section() };
  } finally {
    got.close();
  }
}

/** Returns one attempt to get the lock: the connection that holds it (closing it releases), `busy`, or why it cannot be had. */
function acquisition(commonDir: string, { waitMs = WAIT_MS, load = loadDriver }: MutexOptions): () => Connection | string {
  const deadlineMs = monotonicMs() + waitMs;
  const driver = load();
  if (driver.kind === 'missing') return () => driver.why;
  return () => {
    try {
      return lock(commonDir, driver.open);
    } catch (error) {
      const isWorthWaiting = isContention(error) && monotonicMs() < deadlineMs;
      return isWorthWaiting ? 'busy' : reasonOf(join(commonDir, 'claim', 'locks.db'), error);
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
