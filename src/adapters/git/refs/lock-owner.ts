import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { findLayout } from '../layout.ts';
import { subcommandOf } from '../process.ts';
import type { Repository } from '../repository.ts';

export type PossibleOwner = { readonly verdict: 'held' | 'unclear'; readonly why: string };

/**
 * Looks for a living process that may own a lock file: one that has it open, or any git in this repository that is not younger
 * than the file. Git closes a lock before it renames it into place, so a file that nobody has open may still have an owner.
 *
 * @returns null only if there is provably none on this machine
 */
export function possibleOwner(lock: Stats, lockAgeMs: number, repository: Repository): PossibleOwner | null {
  const self = process.geteuid?.();
  if (self !== 0 && self !== lock.uid)
    return { verdict: 'unclear', why: 'it belongs to another user, whose processes are hidden' };
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return { verdict: 'unclear', why: 'this system does not show which processes have it open' };
  }
  const owner = pids.find((pid) => hasOpen(pid, lock) || mayWriteRefs(pid, lockAgeMs, repository));
  return owner === undefined ? null : { verdict: 'held', why: `process ${owner} may be using it` };
}

function hasOpen(pid: string, lock: Stats): boolean {
  const open = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return open.some((fd) => attempt(() => isSameFile(`/proc/${pid}/fd/${fd}`, lock)) === true);
}

/** The link's text is only a hint, because the process may see another file system. Only files are followed: others may hang. */
function isSameFile(link: string, lock: Stats): boolean {
  if (!/\.(?:lock|new)/.test(readlinkSync(link))) return false;
  const open = statSync(link);
  return open.ino === lock.ino && open.dev === lock.dev;
}

function mayWriteRefs(pid: string, lockAgeMs: number, repository: Repository): boolean {
  const seen = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? '';
  const command = seen.slice(seen.indexOf('(') + 1, seen.lastIndexOf(')'));
  const fields = seen.slice(seen.lastIndexOf(')') + 2).split(' ');
  if (!/^git(?!-claim)/.test(command)) return false;
  // A zombie does nothing any more, and remains for ever if nobody reaps it (in a container without an init).
  if (/^[ZXx]/.test(fields[0] as string) || isYounger(Number(fields[19]), lockAgeMs)) return false;
  const args = (attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0');
  return !HARMLESS.test(subcommandOf(args.slice(1))) && !isElsewhere(pid, args, repository);
}

/** Subcommands that run for long and never write a ref themselves. `claim` is git waiting for one of our processes. */
const HARMLESS = /^(?:cat-file|claim|fsmonitor--daemon|credential-.*|check-.*|daemon|upload-pack|log|diff|show|grep|blame)$/;

/** True only if the process started after the lock was created. /proc counts hundredths of a second; a second is for drift. */
function isYounger(startTicks: number, lockAgeMs: number): boolean {
  const uptime = attempt(() => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
  return uptime !== null && uptime * 1_000 - startTicks * 10 + 1_000 < lockAgeMs;
}

/** True only if the process provably works on another repository. */
function isElsewhere(pid: string, args: readonly string[], repository: Repository): boolean {
  if (args.some((word) => word === '-C' || word.startsWith('--git-dir'))) return false;
  if (attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt')) !== true) return false;
  const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  if (environment === null || /(?:^|\0)GIT_COMMON_DIR=/.test(environment)) return false;
  const gitDir = /(?:^|\0)GIT_DIR=([^\0]*)/.exec(environment)?.[1] ?? null;
  if (gitDir !== null && !isAbsolute(gitDir)) return false;
  const layout = attempt(() => findLayout(gitDir ?? readlinkSync(`/proc/${pid}/cwd`)));
  return layout !== null && layout.commonDir !== repository.commonDir;
}

/** A process may end, or refuse to be read, between any two reads. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
