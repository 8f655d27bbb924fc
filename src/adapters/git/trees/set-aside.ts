import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, realpathSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { Discarded, Leaving, SetAside } from '../../../ports/worktrees.ts';
import { readText, removeFile, writeWhole } from '../files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import { below, signatureOf } from './contents/folders.ts';
import { type Inventory, inventoryOf, lookOf, newSince, touchedSince } from './contents/inventory.ts';
import { refuseMounts } from './contents/mounts.ts';
import { beingWritten } from './contents/open-files.ts';
import { latin1, nameBytes, readable } from './contents/tree-git.ts';
import { deleteTree } from './discard.ts';
import type { IsMaking } from './leftovers.ts';
import { asidePath, moveTree, pointTo } from './moved-aside.ts';
import { forgetRemoval, takeRemoval } from './removal-lock.ts';

/*
 *   move aside -> list what is there -> (the caller looks, and keeps what exists nowhere else) -+-> delete what was listed
 *                                                                                              +-> move back
 *
 * Whoever goes on writing there writes into the folder that was moved. If anything is new, has changed or is open for writing
 * when the deletion is to begin, the worktree is moved back. What is written after that stays.
 */

/**
 * Moves a worktree out of its place and lists what is in it.
 *
 * @param lockText what its lock says meanwhile, so that nobody prunes it
 *
 * @throws ClaimError `git` if it cannot be moved, `illegal` if anything is mounted below it or another process is removing it;
 *   then it stays
 */
export async function setAsideTree(
  gitDir: string,
  path: string,
  lockText: string,
  isRemoving: IsMaking,
  mutex: Mutex,
): Promise<SetAside> {
  const giveBack = await takeRemoval(gitDir, lockText, isRemoving, mutex);
  if (typeof giveBack === 'string') throw beingRemoved(parseLockReason(lockText) as LockReason, giveBack);
  try {
    refuseMounts(path);
    return movedAside(gitDir, path, lockText, giveBack);
  } catch (error) {
    giveBack();
    throw error;
  }
}

function movedAside(gitDir: string, path: string, lockText: string, giveBack: () => void): SetAside {
  // Where the path is a link, the folder is moved, and the link stays for as long as it may come back.
  const place = realpathSync(path);
  const aside = asidePath(place, randomBytes(4).toString('hex'));
  const lock = join(gitDir, 'locked');
  const before = readText(lock);
  const lockAgain = () => (before === null ? removeFile(lock, 'worktree lock') : writeWhole(lock, before, 'worktree lock'));
  forgetRemoval(gitDir);
  writeWhole(lock, lockText, 'worktree lock');
  try {
    moveTree(gitDir, place, aside);
  } catch (error) {
    if (place !== path) pointTo(gitDir, path);
    lockAgain();
    throw new ClaimError({ code: 'git', kind: 'worktree-not-removed', path, said: reasonIn(error) });
  }
  const back = () => {
    try {
      if (existsSync(aside)) moveTree(gitDir, aside, place);
      if (place !== path) pointTo(gitDir, path);
      lockAgain();
    } catch (error) {
      throw new ClaimError({ code: 'git', kind: 'worktree-displaced', path, now: aside, said: reasonIn(error) });
    } finally {
      giveBack();
    }
  };
  const { seen, registered } = listed(gitDir, aside, path, back);
  return {
    path: aside,
    newSince: (before) => newSince(before, lookOf(seen)).map(readable),
    putBack: back,
    discard: (leaving) => {
      if (registrationOf(gitDir) !== registered) return { kind: 'busy' };
      refuseMounts(aside);
      return discard(aside, place, path, gitDir, seen, leaving);
    },
  };
}

function discard(aside: string, place: string, path: string, gitDir: string, seen: Inventory, leaving: Leaving): Discarded {
  const now = inventoryOf(aside);
  const [files, open] = [touchedSince(seen, now), beingWritten(now.files)];
  if (files.length + open.length > 0) return { kind: 'grown', files: files.map(readable), open: open.map(readable) };
  const rest = deleteTree(aside, place, gitDir, seen, leaving);
  if (rest === null && place !== path && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path);
  return rest === null ? { kind: 'gone' } : { kind: 'left', ...rest };
}

/** Returns the failure of whoever finds that another process removes the worktree of an order, as its lock says. */
function beingRemoved({ order }: LockReason, lockText: string): ClaimError {
  const pid = parseLockReason(lockText)?.maker?.pid ?? null;
  return new ClaimError({ code: 'illegal', kind: 'worktree-going', order, pid });
}

/** Puts the worktree back if it cannot be listed. */
function listed(gitDir: string, aside: string, path: string, putBack: () => void) {
  try {
    return { seen: inventoryOf(aside), registered: registrationOf(gitDir) };
  } catch (error) {
    putBack();
    throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: messageOf(error) });
  }
}

/** What git-claim and its hooks write there themselves says nothing about work. */
const OWN_NOTES = /^(?:claim\/.*|claim|locked|gitdir)$/;

/** Tells whether anything was staged, committed or begun in the worktree meanwhile. */
function registrationOf(gitDir: string): string {
  const root = latin1(gitDir);
  const all = [...below(gitDir)].filter(({ path }) => !OWN_NOTES.test(path));
  const isNamedByContent = (path: string) => /^sharedindex\.[0-9a-f]+$/.test(path);
  // Git touches the shared part of a split index whenever it reads it.
  const stateOf = (path: string) => (isNamedByContent(path) ? '' : signatureOf(nameBytes(root, '/', path)));
  return all.map(({ path, isFolder }) => `${path}\0${isFolder ? '' : stateOf(path)}`).join('\0');
}

/** Without the paths: one of them is gone by now. */
function reasonIn(error: unknown): string {
  return messageOf(error).split(',')[0] as string;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
