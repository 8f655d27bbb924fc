import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import { outsideTrees, type Repository } from '../repository.ts';
import { storedSubmodules } from './contents/inner-work.ts';
import { ownCommits } from './contents/own-commits.ts';
import { gitInTree } from './contents/tree-git.ts';
import { commitOfIndex, keepCommits } from './saved-work.ts';

/**
 * Keeps what only a registration names, whose worktree is gone: commits of its HEAD, its reflog and its own refs, and what was
 * staged.
 *
 * @returns the ref, or null if there is nothing to keep
 * @throws ClaimError `git` if that cannot be told or kept, `illegal` if the repository of a submodule is there with commits of
 *   its own
 */
export async function keepNamedOnlyThere(repository: Repository, gitDir: string, order: OrderId | null): Promise<string | null> {
  // Without these it is no git directory: its making or its removal was cut short, and nobody worked there.
  if (!['HEAD', 'commondir'].every((name) => existsSync(join(gitDir, name)))) return null;
  const inner = await storedSubmodules(repository, gitDir);
  if (inner.length > 0) throw new ClaimError({ code: 'illegal', kind: 'inner-work', worktree: join(gitDir, 'modules'), inner });
  const tree = gitInTree(outsideTrees(repository), gitDir, gitDir);
  const { head, detached, strays } = await ownCommits(repository, tree, [], null);
  const staged = existsSync(join(gitDir, 'index')) ? await stagedIn(repository, gitDir) : null;
  const commits = [...(staged === null ? [] : [staged]), ...(head !== null && detached > 0 ? [head] : []), ...strays];
  return commits.length === 0 ? null : keepCommits(repository, commits, order);
}

/** An index that git cannot read keeps nothing, and is no reason to stop. */
async function stagedIn(repository: Repository, gitDir: string): Promise<Oid | null> {
  try {
    return await commitOfIndex(repository, gitDir);
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}
