import { lstatSync } from 'node:fs';
import type { Repository } from '../repository.ts';
import { scratchFolder } from './contents/contents.ts';
import { withOpenIndex } from './contents/temporary-index.ts';
import { gitInTree, latin1, nameBytes, partsOf } from './contents/tree-git.ts';
import { IGNORED_FILES } from './saved-work.ts';

/**
 * Writes the files anew that a removal had deleted before it was killed. Files that are there stay as they are.
 *
 * @param saved the ref that keeps all of them, with the ignored ones; null if they are as the index has them
 * @throws ClaimError `git`
 */
export async function writeBack(repository: Repository, path: string, gitDir: string, saved: string | null): Promise<void> {
  const tree = gitInTree(repository, path, gitDir);
  // Git fails for each file that is there.
  if (saved === null) {
    await tree.ask(['checkout-index', '--all', '--quiet']);
    return;
  }
  const ignored = await ignoredParent(repository, saved);
  for (const commit of [saved, ...(ignored === null ? [] : [ignored])]) {
    await withOpenIndex(tree, scratchFolder(repository), [], async (env) => {
      await tree.told(['read-tree', commit], { env });
      await tree.ask(['checkout-index', '--all', '--quiet'], { env });
    });
  }
}

/** Returns the ignored files that a ref keeps and that are in the worktree, as latin1 texts. */
export async function ignoredIn(repository: Repository, path: string, saved: string): Promise<string[]> {
  const commit = await ignoredParent(repository, saved);
  if (commit === null) return [];
  const { code, stdout } = await repository.git(['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]);
  const names = code === 0 ? partsOf(stdout.toString('latin1')) : [];
  return names.filter((name) => lstatSync(nameBytes(latin1(path), '/', name), { throwIfNoEntry: false }) !== undefined);
}

/** Returns the parent of kept work that has the ignored files; null if none has. */
async function ignoredParent({ git }: Repository, saved: string): Promise<string | null> {
  const rows = String((await git(['log', '--no-walk', '--format=%H %s', `${saved}^@`, '--'])).stdout).split('\n');
  return rows.find((row) => row.slice(row.indexOf(' ') + 1).startsWith(IGNORED_FILES))?.split(' ')[0] ?? null;
}
