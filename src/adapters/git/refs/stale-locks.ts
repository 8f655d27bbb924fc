import { closeSync, fstatSync, lstatSync, type Stats, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openOwn } from '../../system/sharing.ts';
import { step } from '../../system/step.ts';
import type { Repository } from '../repository.ts';
import { possibleOwner } from './lock-owner.ts';

/**
 * A lock younger than this is left alone. Git holds a lock for milliseconds, and a writer that this process cannot see (in
 * another container, on another host) must have time to finish.
 */
export const STALE_LOCK_MS = 4_000;

/** Runs a section that only one living process at a time can be in. Returns null, or why it could not run the section. */
export type Mutex = (section: () => void) => Promise<string | null>;

export type LockFinding = {
  readonly path: string;
  /**
   * `gone`: its owner or git-claim removed it; `fresh`: too young to judge; `held`: a process that may own it is alive;
   * `unclear`: cannot be judged here.
   */
  readonly verdict: 'gone' | 'fresh' | 'held' | 'unclear';
  readonly why: string;
};

/**
 * Removes ref locks that a killed git left behind: old by the file system's own clock, held by no process and, under the mutex,
 * still exactly the file that was judged. Without the mutex, two processes could each remove a lock, the second one a live one.
 *
 * @param refs full names of the refs whose locks are in the way
 */
export async function clearStaleLocks(repository: Repository, refs: readonly string[], mutex: Mutex): Promise<LockFinding[]> {
  const findings: LockFinding[] = [];
  for (const path of lockPaths(repository, refs)) {
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen !== undefined) findings.push({ path, ...(await clear(path, seen, repository, mutex)) });
  }
  return findings;
}

/**
 * Waits until none of these locks is in the way, and removes the stale ones.
 *
 * @returns null, or what is still in the way
 */
export async function outliveLocks(repository: Repository, refs: readonly string[], mutex: Mutex): Promise<string | null> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const blocking = blockingLock(await clearStaleLocks(repository, refs, mutex));
    if (blocking === null || waitedMs > 2 * STALE_LOCK_MS) return blocking;
    await sleep(POLL_MS);
  }
}

const POLL_MS = 100;

/** While git holds the lock it rewrites the packed refs into the second file, which must not exist yet. */
export const PACKED = ['packed-refs.lock', 'packed-refs.new'] as const;

/** Returns one clause that says what is in the way, or null if nothing is. */
export function blockingLock(findings: readonly LockFinding[]): string | null {
  const blocking = findings.find(({ verdict }) => verdict !== 'gone');
  return blocking === undefined ? null : `${blocking.path} is in the way: ${blocking.why}`;
}

function lockPaths({ commonDir, refFormat }: Repository, refs: readonly string[]): string[] {
  if (refFormat === 'reftable') return [join(commonDir, 'reftable', 'tables.list.lock')];
  return [...refs.map((ref) => join(commonDir, `${ref}.lock`)), ...PACKED.map((name) => join(commonDir, name))];
}

async function clear(path: string, seen: Stats, repository: Repository, mutex: Mutex): Promise<Omit<LockFinding, 'path'>> {
  const nowMs = fileSystemNowMs(repository.commonDir);
  if (nowMs === null) return { verdict: 'unclear', why: 'the age of a lock cannot be told where nothing can be written' };
  if (nowMs - seen.mtimeMs < STALE_LOCK_MS) return { verdict: 'fresh', why: 'it is only seconds old' };
  const owner = possibleOwner(seen, nowMs - seen.mtimeMs, repository);
  if (owner !== null) return owner;
  const trouble = await mutex(() => {
    const now = lstatSync(path, { throwIfNoEntry: false });
    if (now === undefined || now.ino !== seen.ino || now.mtimeMs !== seen.mtimeMs) return;
    step('before file unlink lock');
    unlinkSync(path);
    step('after file unlink lock');
  });
  return trouble === null ? { verdict: 'gone', why: 'its writer was killed' } : { verdict: 'unclear', why: trouble };
}

/**
 * Returns the time in milliseconds by the clock that stamps lock files, which on a network file system is not this machine's. It
 * is read from a file that every process touches.
 */
export function fileSystemNowMs(commonDir: string): number | null {
  try {
    step('before file clock');
    const probe = openOwn(join(commonDir, 'claim', 'clock'), 'w');
    try {
      writeSync(probe, '.');
      return fstatSync(probe).mtimeMs;
    } finally {
      closeSync(probe);
      step('after file clock');
    }
  } catch {
    return null;
  }
}
