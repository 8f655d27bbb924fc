import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { Discarded, SetAside } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { readText, removeFile, writeWhole } from '../files.ts';
import { below, signatureOf, unlinkedSignature } from './contents/folders.ts';
import { refuseMounts } from './contents/mounts.ts';
import { latin1, nameBytes } from './contents/tree-git.ts';
import { asidePath, moveTree } from './moved-aside.ts';

/*
 *   move aside -> list what is there -> (the caller looks, and keeps what exists nowhere else) -+-> delete what was listed
 *                                                                                              +-> move back
 *
 * Whoever goes on writing there writes into the folder that was moved: what was not listed, or has changed since, stays.
 */

/**
 * Moves a worktree out of its place and lists what is in it.
 *
 * @param lockText what its lock says meanwhile, so that nobody prunes it
 *
 * @throws ClaimError `git` if it cannot be moved, `illegal` if anything is mounted below it; then it stays
 */
export function setAsideTree(gitDir: string, path: string, lockText: string): SetAside {
  refuseMounts(path);
  const aside = asidePath(path, randomBytes(4).toString('hex'));
  const lock = join(gitDir, 'locked');
  const before = readText(lock);
  const lockAgain = () => (before === null ? removeFile(lock, 'worktree lock') : writeWhole(lock, before, 'worktree lock'));
  writeWhole(lock, lockText, 'worktree lock');
  try {
    moveTree(gitDir, path, aside);
  } catch (error) {
    lockAgain();
    throw new ClaimError({ code: 'git', kind: 'worktree-not-removed', path, said: messageOf(error) });
  }
  const back = () => {
    try {
      if (existsSync(aside)) moveTree(gitDir, aside, path);
      lockAgain();
    } catch (error) {
      throw new ClaimError({ code: 'git', kind: 'worktree-displaced', path, now: aside, said: messageOf(error) });
    }
  };
  const { seen, registered } = listed(gitDir, aside, path, back);
  return {
    path: aside,
    putBack: back,
    discard: () => {
      if (registrationOf(gitDir) !== registered) return { kind: 'busy' };
      refuseMounts(aside);
      return discard(aside, path, gitDir, seen);
    },
  };
}

type Inventory = { readonly files: ReadonlyMap<string, string>; readonly folders: readonly string[] };

/** Puts the worktree back if it cannot be listed. */
function listed(gitDir: string, aside: string, path: string, putBack: () => void) {
  try {
    return { seen: inventory(aside), registered: registrationOf(gitDir) };
  } catch (error) {
    putBack();
    throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: messageOf(error) });
  }
}

function inventory(aside: string): Inventory {
  const root = latin1(aside);
  const files = new Map<string, string>();
  const folders: string[] = [];
  for (const { path, isFolder } of below(aside)) {
    if (isFolder) folders.push(path);
    else files.set(path, signatureOf(nameBytes(root, '/', path)) ?? '');
  }
  return { files, folders };
}

/** What git-claim and its hooks write there themselves says nothing about work. */
const OWN_NOTES = /^(?:claim\/.*|claim|locked|gitdir)$/;

/** Tells whether anything was staged, committed or begun in the worktree meanwhile. */
function registrationOf(gitDir: string): string {
  const root = latin1(gitDir);
  const all = [...below(gitDir)].filter(({ path }) => !OWN_NOTES.test(path));
  return all.map(({ path, isFolder }) => `${path}\0${isFolder ? '' : signatureOf(nameBytes(root, '/', path))}`).join('\0');
}

function discard(aside: string, path: string, gitDir: string, { files, folders }: Inventory): Discarded {
  const root = latin1(aside);
  const written = beingWritten(aside);
  step('before file discard worktree');
  let done = 0;
  // By what they are apart from their names: a file may have several.
  const unlinked = new Set<string>();
  // Git's own pointer last: until it is gone, the folder is still a worktree, and can be put back.
  for (const [name, signature] of [...files].sort(([one], [other]) => Number(one === '.git') - Number(other === '.git'))) {
    const file = nameBytes(root, '/', name);
    done += 1;
    if (done === Math.ceil(files.size / 2)) step('half file discard worktree');
    const now = written.has(name) ? null : signatureOf(file);
    if (now === null) continue;
    const [was, is] = [unlinkedSignature(signature), unlinkedSignature(now)];
    if (now !== signature && !(was === is && unlinked.has(was))) continue;
    if (attempt(() => unlinkSync(file) ?? true) !== null) unlinked.add(was);
  }
  for (const folder of [...folders].reverse().map((name) => nameBytes(root, '/', name))) attempt(() => rmdirSync(folder));
  attempt(() => rmdirSync(aside));
  step('draft file discard worktree');
  rmSync(gitDir, { recursive: true, force: true });
  const left = existsSync(aside) ? leaveRest(aside, path) : null;
  step('after file discard worktree');
  return left === null ? { kind: 'gone' } : { kind: 'left', ...left };
}

/** Names what somebody wrote meanwhile so that a person finds it. */
function leaveRest(aside: string, path: string): { readonly path: string; readonly files: number } {
  const rest = join(dirname(path), `${basename(path)}.left-${randomBytes(2).toString('hex')}`);
  renameSync(aside, rest);
  return { path: rest, files: [...below(rest)].filter(({ isFolder }) => !isFolder).length };
}

/** Returns the files that a process has open for writing, where the system shows it: what it writes next must not be lost. */
function beingWritten(folder: string): ReadonlySet<string> {
  const files = new Set<string>();
  for (const pid of attempt(() => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) ?? []) {
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const file = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (file === null || !file.startsWith(`${folder}/`)) continue;
      const flags = /^flags:\s*([0-7]+)$/m.exec(attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? '')?.[1];
      // The last two bits say how it was opened; 0 is for reading only.
      if ((Number.parseInt(flags ?? '1', 8) & 3) !== 0) files.add(latin1(file.slice(folder.length + 1)));
    }
  }
  return files;
}

/** What fails here leaves something where it is: a process ended or is another user's, or something was written in a folder. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
