import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseLockReason } from '../../../core/trees/lock-reason.ts';
import { step } from '../../system/step.ts';
import { ageMs, readText, removeFile } from '../files.ts';
import type { Repository } from '../repository.ts';
import type { IsMaking } from './leftovers.ts';
import { isTreeOf, moveTree, placeOfAside, pointedTo, pointTo } from './moved-aside.ts';

/** How long a remover that nobody can see may take: as long as git may take to make a large worktree. */
const REMOVAL_MS = 30 * 60_000;

/**
 * Puts back worktrees whose removal was killed: what is deleted already is in the index, and is written anew. If nothing but the
 * registration is left, the removal had only that to do.
 */
export async function recoverRemoved(repository: Repository, isRemoving: IsMaking): Promise<void> {
  const base = join(repository.commonDir, 'worktrees');
  for (const name of existsSync(base) ? readdirSync(base) : []) {
    const gitDir = join(base, name);
    const lock = parseLockReason(readText(join(gitDir, 'locked')) ?? '');
    if (lock?.isGoing !== true) continue;
    const isRemoved = lock.maker === null ? null : isRemoving(lock);
    if (isRemoved ?? ageMs(join(gitDir, 'locked')) < REMOVAL_MS) continue;
    const at = whereabouts(gitDir);
    if (at !== null) await putBack(repository, gitDir, at);
    else finishRemoval(gitDir);
  }
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

async function putBack({ git }: Repository, gitDir: string, at: string): Promise<void> {
  const place = placeOfAside(at) ?? at;
  let now = place;
  if (at === place) pointTo(gitDir, place);
  else if (!existsSync(place)) moveTree(gitDir, at, place);
  else {
    // Something else is there by now. It is a worktree where it is, too.
    pointTo(gitDir, at);
    now = at;
  }
  await git(['checkout-index', '--all', '--quiet'], { cwd: now });
  removeFile(join(gitDir, 'locked'), 'worktree lock');
}

function finishRemoval(gitDir: string): void {
  step('before file remove registration');
  rmSync(gitDir, { recursive: true, force: true });
  step('after file remove registration');
}
