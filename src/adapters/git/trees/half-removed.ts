import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { OrderId } from '../../../core/ids.ts';
import { formatLockReason, type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { Mended } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { readText, removeFile } from '../files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { clearFolder } from './discard.ts';
import type { IsMaking } from './leftovers.ts';
import { isTreeOf, moveTree, placeOfAside, pointedTo, pointTo } from './moved-aside.ts';
import { forgetRemoval, type Journal, mayLive, removalNoted, takeRemoval } from './removal-lock.ts';
import { SAVED_PREFIX, savedSubject, saveWork } from './saved-work.ts';
import { ignoredIn, writeBack } from './written-back.ts';

/**
 * Puts back worktrees whose removal was killed, with what was deleted already: from the ref that keeps it, or from the index. If
 * nothing but the registration is left, the removal had only that to do. A worktree that is nowhere to be found stays registered:
 * its disk may be away.
 *
 * @param self the process that does this, as locks name it
 */
export async function recoverRemoved(
  repository: Repository,
  isRemoving: IsMaking,
  self: LockReason['maker'],
  mutex: Mutex,
): Promise<Mended[]> {
  const base = join(repository.commonDir, 'worktrees');
  const mended: Mended[] = [];
  for (const name of existsSync(base) ? readdirSync(base) : []) {
    const gitDir = join(base, name);
    const lock = deadRemoval(gitDir, isRemoving);
    if (lock === null) continue;
    const giveBack = await takeRemoval(gitDir, formatLockReason({ ...lock, maker: self, isGoing: true }), isRemoving, mutex);
    if (typeof giveBack === 'string') continue;
    try {
      const done = deadRemoval(gitDir, isRemoving) === null ? null : await recovered(repository, gitDir, lock);
      if (done !== null) mended.push(done);
    } finally {
      giveBack();
    }
  }
  return mended;
}

/** Returns the lock of a removal whose process has ended; null if there is none. */
function deadRemoval(gitDir: string, isRemoving: IsMaking): LockReason | null {
  const file = join(gitDir, 'locked');
  const text = readText(file) ?? '';
  const lock = parseLockReason(text);
  return lock?.isGoing === true && !mayLive(text, file, isRemoving) ? lock : null;
}

async function recovered(repository: Repository, gitDir: string, { order }: LockReason): Promise<Mended | null> {
  const journal = removalNoted(gitDir);
  const at = whereabouts(gitDir);
  if (at !== null) return putBack(repository, gitDir, order, at, journal);
  return journal?.stage === 'deleted' ? finishRemoval(gitDir, order, journal) : null;
}

/** Returns the folder of a worktree: where its registration says, or where it was before or after it was moved. */
function whereabouts(gitDir: string): string | null {
  const said = pointedTo(gitDir);
  if (said === null) return null;
  const place = placeOfAside(said) ?? said;
  const beside = existsSync(dirname(said)) ? readdirSync(dirname(said)).map((name) => join(dirname(said), name)) : [];
  const asides = beside.filter((folder) => placeOfAside(folder) === place);
  return [said, place, ...asides].find((folder) => isTreeOf(gitDir, folder)) ?? null;
}

async function putBack(
  repository: Repository,
  gitDir: string,
  order: OrderId,
  at: string,
  journal: Journal | null,
): Promise<Mended> {
  const place = placeOfAside(at) ?? at;
  let now = place;
  if (at === place) pointTo(gitDir, place);
  else if (!existsSync(place)) moveTree(gitDir, at, place);
  else {
    // Something else is there by now. It is a worktree where it is, too.
    pointTo(gitDir, at);
    now = at;
  }
  const saved = journal?.saved ?? (await savedSince(repository, order, join(gitDir, 'locked')));
  if (journal !== null) await writeBack(repository, now, gitDir, saved);
  const ref = saved === null ? null : await savedAnew(repository, now, gitDir, order, saved);
  // Before the lock: a later removal must not be taken for this one.
  forgetRemoval(gitDir);
  removeFile(join(gitDir, 'locked'), 'worktree lock');
  return { kind: 'put-back', order, path: now, ref, ignored: goneFrom(now, journal?.ignored ?? { count: 0, names: [] }) };
}

/** Of a folder nobody knows how much is gone. */
function goneFrom(path: string, { count, names }: Mended['ignored']): Mended['ignored'] {
  const gone = names.filter((name) => name.endsWith('/') || !existsSync(join(path, name)));
  return { count: count - names.length + gone.length, names: gone };
}

/** Returns the ref under which a removal kept the work, if it was killed before it could note that; null for none. */
async function savedSince({ git }: Repository, order: OrderId, lock: string): Promise<string | null> {
  const since = Math.floor(statSync(lock).mtimeMs / 1000);
  const format = '--format=%(committerdate:unix) %(refname) %(contents:subject)';
  const listed = await git(['for-each-ref', '--sort=-committerdate', format, `${SAVED_PREFIX}${order}/`]);
  const rows = String(listed.stdout)
    .split('\n')
    .map((row) => row.split(' '));
  // Beside it are commits of others, which only the worktree named.
  return (
    rows.find(([seconds, , ...subject]) => Number(seconds) >= since && subject.join(' ') === savedSubject(order))?.[1] ?? null
  );
}

/** Keeps what is in the worktree now: it may have been changed since. Returns the ref, the same one if it was not. */
async function savedAnew(repository: Repository, path: string, gitDir: string, order: OrderId, saved: string): Promise<string> {
  try {
    return await saveWork(repository, path, gitDir, order, await ignoredIn(repository, path, saved));
  } catch (error) {
    if (error instanceof ClaimError) return saved;
    throw error;
  }
}

/** What was written meanwhile is not deleted: it goes to a folder of its own. */
function finishRemoval(gitDir: string, order: OrderId, { saved, ignored }: Journal): Mended {
  step('before file remove registration');
  const aside = pointedTo(gitDir);
  const place = aside === null ? null : placeOfAside(aside);
  const rest = aside === null || place === null ? null : clearFolder(aside, place, null);
  rmSync(gitDir, { recursive: true, force: true });
  step('after file remove registration');
  return { kind: 'cleared', order, path: rest?.path ?? place ?? '', ref: saved, ignored };
}
