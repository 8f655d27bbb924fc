import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../../core/errors.ts';
import type { TreeContents } from '../../../../core/trees/contents.ts';
import type { Going, Overlooked } from '../../../../ports/worktrees.ts';
import { ageMs, makeOwnFolder } from '../../files.ts';
import { operationIn } from '../../operation.ts';
import type { Repository } from '../../repository.ts';
import { changedFiles } from './changed-files.ts';
import { ignoredFiles } from './ignored-files.ts';
import { innerWork, submoduleWork } from './inner-work.ts';
import { listIndex } from './listed.ts';
import { refuseMounts } from './mounts.ts';
import { ownCommits, stashesOn } from './own-commits.ts';
import { isSameContent } from './same-content.ts';
import { gitInTree, latin1, nameBytes, readable } from './tree-git.ts';

/**
 * Returns what is in a worktree besides the commits of its branch.
 *
 * @throws ClaimError `git` if anything cannot be read: then it is unknown, never nothing; `illegal` if anything is mounted there
 */
export async function readContents(
  repository: Repository,
  path: string,
  gitDir: string,
  { branch, isBranchGoing, tip }: Going,
): Promise<TreeContents> {
  refuseMounts(path);
  const tree = gitInTree(repository, path, gitDir);
  const folder = scratchFolder(repository);
  try {
    const listed = await listIndex(tree);
    const [changed, commits] = [
      await changedFiles(tree, folder, listed),
      await ownCommits(repository, tree, tip === null ? [] : [tip], isBranchGoing ? branch : null),
    ];
    const inner = await innerWork(repository, tree, folder, listed);
    const [here, main] = [latin1(path), latin1(repository.mainDir)];
    const isOnlyHere = (name: string) => !isSameContent(nameBytes(here, '/', name), nameBytes(main, '/', name));
    return {
      files: changed.files.map(readable),
      hidden: changed.hidden.filter(isOnlyHere).map(readable),
      operation: operationIn(gitDir),
      detached: commits.detached,
      strays: commits.strays,
      inner,
      ignored: ignoredFiles(path, repository.mainDir, changed.ignored),
      stashes: stashesOn(repository, branch),
    };
  } catch (error) {
    throw isOfFiles(error) ? new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: error.message }) : error;
  }
}

/** Returns the work in a worktree that `git status` may not show. */
export async function readOverlooked(repository: Repository, path: string, gitDir: string): Promise<Overlooked> {
  const tree = gitInTree(repository, path, gitDir);
  const folder = scratchFolder(repository);
  const listed = await listIndex(tree);
  const hidden = listed.overlooked.length === 0 ? [] : (await changedFiles(tree, folder, listed)).hidden;
  return { hidden: hidden.map(readable), inner: await submoduleWork(repository, tree, folder, listed) };
}

/** What lies in the folder for as long as a worktree is looked at. A process that was killed leaves it. */
const TEMPORARY = /^(?:save|fresh)-/;
const ABANDONED_MS = 24 * 3_600_000;

/** Returns the folder for temporary files, which every other command of ours makes too. */
export function scratchFolder({ commonDir }: Repository): string {
  const folder = join(commonDir, 'claim');
  makeOwnFolder(folder, 'claim folder');
  for (const name of readdirSync(folder).filter((one) => TEMPORARY.test(one))) {
    if (ageMs(join(folder, name)) > ABANDONED_MS) rmSync(join(folder, name), { recursive: true, force: true });
  }
  return folder;
}

function isOfFiles(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof ClaimError) && 'code' in error;
}
