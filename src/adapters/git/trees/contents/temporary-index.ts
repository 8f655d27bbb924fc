import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../../../system/step.ts';
import { removeFile } from '../../files.ts';
import { nameBytes, type TreeGit } from './tree-git.ts';

/**
 * Does something with a copy of the worktree's index in which git looks at every file that is there.
 *
 * @param folder where the copy may lie for that long
 */
export async function withOpenIndex<T>(
  tree: TreeGit,
  folder: string,
  overlooked: readonly string[],
  use: (env: { readonly GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const own = join(tree.gitDir, 'index');
  const copy = join(folder, `save-${randomBytes(6).toString('hex')}.index`);
  const env = { GIT_INDEX_FILE: copy };
  try {
    step('before file copy of index');
    if (existsSync(own)) copyIndex(own, copy);
    step('after file copy of index');
    const input = nameBytes(overlooked.map((name) => `${name}\0`).join(''));
    for (const mark of overlooked.length === 0 ? [] : ['--no-assume-unchanged', '--no-skip-worktree'])
      await tree.told(['update-index', mark, '-z', '--stdin'], { input, env });
    return await use(env);
  } finally {
    removeFile(copy, 'copy of index');
    removeFile(`${copy}.lock`, 'copy of index');
  }
}

/** With a later time than the original's, git would not look at files that changed in the second in which that was written. */
function copyIndex(own: string, copy: string): void {
  copyFileSync(own, copy);
  const second = Math.floor(statSync(own).mtimeMs / 1000);
  utimesSync(copy, second, second);
}
