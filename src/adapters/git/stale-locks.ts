import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { step } from '../system/step.ts';
import { findLayout, type Repository } from './repository.ts';

/**
 * A lock younger than this is left alone: git holds one for milliseconds, and a writer that this process cannot see (in another container, on
 * another host) must have had time to finish.
 */
export const STALE_LOCK_MS = 4_000;

/** Runs a critical section that only one process at a time is in, for as long as it lives; null where that cannot be had. */
export type Mutex = (section: () => void) => Promise<string | null>;

export type LockFinding = {
  readonly path: string;
  /** `gone`: removed by its owner or by us; `fresh`: too young to judge; `held`: a process that may own it lives; `unclear`: cannot be judged here. */
  readonly verdict: 'gone' | 'fresh' | 'held' | 'unclear';
  readonly why: string;
};

/**
 * Removes ref locks that a killed git left behind: old by the file system's own clock, held by no process, and, under a mutex,
 * still the very file that was judged. Without the mutex two clearers could each remove a lock, the second one a live one.
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

function lockPaths({ commonDir, refFormat }: Repository, refs: readonly string[]): string[] {
  if (refFormat === 'reftable') return [join(commonDir, 'reftable', 'tables.list.lock')];
  return [...refs.map((ref) => join(commonDir, `${ref}.lock`)), join(commonDir, 'packed-refs.lock')];
}

async function clear(path: string, seen: Stats, repository: Repository, mutex: Mutex): Promise<Omit<LockFinding, 'path'>> {
  if (fileSystemNowMs(repository.commonDir) - seen.mtimeMs < STALE_LOCK_MS)
    return { verdict: 'fresh', why: 'it is only seconds old' };
  const owner = possibleOwner(seen, repository);
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

/** The clock that stamps lock files, which on a network file system is not this machine's. */
function fileSystemNowMs(commonDir: string): number {
  mkdirSync(join(commonDir, 'claim'), { recursive: true, mode: 0o700 });
  const probe = join(commonDir, 'claim', `clock-${process.pid}`);
  closeSync(openSync(probe, 'w', 0o600));
  const { mtimeMs } = lstatSync(probe);
  unlinkSync(probe);
  return mtimeMs;
}

/** Subcommands that run for long and never write a ref. */
const HARMLESS = /^(?:cat-file|fsmonitor--daemon|credential.*|check-.*|daemon|upload-pack|log|diff|show|grep|blame)$/;

/**
 * Looks for a living process that could own a lock: one that has the file open, or any git at work in this repository that is older than the lock
 * (git closes a lock file before it renames it into place, so an open file alone proves nothing).
 */
function possibleOwner(lock: Stats, repository: Repository): Omit<LockFinding, 'path'> | null {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return { verdict: 'unclear', why: 'this system does not show which processes have it open' };
  }
  for (const pid of pids) {
    if (hasOpen(pid, lock) || isGitAtWork(pid, lock, repository))
      return { verdict: 'held', why: `process ${pid} may be using it` };
  }
  return null;
}

function hasOpen(pid: string, lock: Stats): boolean {
  return (
    attempt(() =>
      readdirSync(`/proc/${pid}/fd`).some((fd) => {
        const open = attempt(() => lstatOfTarget(`/proc/${pid}/fd/${fd}`));
        return open !== null && open.ino === lock.ino && open.dev === lock.dev;
      }),
    ) === true
  );
}

function lstatOfTarget(link: string): Stats | null {
  return lstatSync(readlinkSync(link), { throwIfNoEntry: false }) ?? null;
}

function isGitAtWork(pid: string, lock: Stats, repository: Repository): boolean {
  const command = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8')) ?? '';
  if (!command.startsWith('git') || command.startsWith('git-claim')) return false;
  if (isYounger(pid, fileSystemNowMs(repository.commonDir) - lock.mtimeMs)) return false;
  const args = (attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0');
  if (args.some((word) => HARMLESS.test(word))) return false;
  return !isElsewhere(pid, args, repository);
}

/** True only when the process provably started after the lock was made; /proc counts both ages in ticks of a hundredth of a second. */
function isYounger(pid: string, lockAgeMs: number): boolean {
  const uptime = attempt(() => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const startTicks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return uptime !== null && uptime * 1_000 - startTicks * 10 + 1_000 < lockAgeMs;
}

/** True only when the process is provably about another repository. */
function isElsewhere(pid: string, args: readonly string[], repository: Repository): boolean {
  if (args.some((word) => word === '-C' || word.startsWith('--git-dir'))) return false;
  const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'latin1'));
  if (environment === null || /(?:^|\0)GIT_(?:COMMON_)?DIR=/.test(environment)) return false;
  const layout = attempt(() => findLayout(readlinkSync(`/proc/${pid}/cwd`)));
  return layout !== null && layout.commonDir !== repository.commonDir;
}

/** A process may end, or forbid the look, between any two reads of it. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
