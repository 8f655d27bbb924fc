import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type GitConfig, meansTrue } from './config.ts';
import { makeOwnFolder, readText, writeWhole } from './files.ts';
import { type Layout, targetOf } from './layout.ts';
import type { Git } from './process.ts';

/**
 * Returns the main worktree, or the git directory of a bare repository: the same from every worktree, because paths in records
 * are relative to it. Git itself does not know where the main worktree is if `.git` is a link or a file that leads elsewhere. The
 * first command that runs there leaves a note in the common directory, for those that run in other worktrees.
 */
export async function mainDirOf(layout: Layout, config: GitConfig, git: Git): Promise<string> {
  const { commonDir, gitDir, topLevel } = layout;
  const { bare, worktree } = await kindOf(layout, config, git);
  if (worktree !== null) return resolve(commonDir, worktree);
  const isUsual = basename(commonDir) === '.git';
  // A bare repository has no index. If this one has, some tool has set core.bare in the repository of a worktree.
  if (meansTrue(bare) && !(isUsual && existsSync(join(commonDir, 'index')))) return commonDir;
  if (isUsual || leadsTo(dirname(commonDir), commonDir)) return dirname(commonDir);
  const note = join(commonDir, 'claim', 'main-worktree');
  const noted = readText(note)?.replace(/\n$/, '') ?? null;
  if (topLevel !== null && gitDir === commonDir && leadsTo(topLevel, commonDir)) {
    if (noted !== topLevel) write(note, topLevel);
    return topLevel;
  }
  return noted !== null && leadsTo(noted, commonDir) ? noted : commonDir;
}

/** Git keeps these two keys in the main worktree's own configuration if worktrees have configurations of their own. */
async function kindOf({ commonDir, gitDir }: Layout, config: GitConfig, git: Git) {
  const shared = { bare: config.shared('core.bare'), worktree: config.shared('core.worktree') };
  if (!config.isTrue('extensions.worktreeconfig')) return shared;
  if (gitDir === commonDir) return { bare: config.get('core.bare'), worktree: config.get('core.worktree') };
  const file = join(commonDir, 'config.worktree');
  if (!/bare|worktree/i.test(readText(file) ?? '')) return shared;
  const value = async (key: string) => {
    const asked = await git(['config', '--file', file, '-z', '--get', key]);
    return asked.code === 0 ? String(asked.stdout).replace(/\0$/, '') : null;
  };
  return { bare: (await value('core.bare')) ?? shared.bare, worktree: (await value('core.worktree')) ?? shared.worktree };
}

/** Returns whether a folder's `.git` (a folder, a link or a file) leads to this git directory. */
function leadsTo(folder: string, gitDir: string): boolean {
  const dotGit = join(folder, '.git');
  try {
    if (!lstatSync(dotGit).isFile()) return realpathSync(dotGit) === gitDir;
    const target = targetOf(readText(dotGit) ?? '');
    return target !== null && realpathSync(resolve(folder, target)) === gitDir;
  } catch {
    return false;
  }
}

function write(note: string, topLevel: string): void {
  try {
    makeOwnFolder(dirname(note), 'claim');
    writeWhole(note, `${topLevel}\n`, 'main worktree');
  } catch {
    // Without the note, commands in other worktrees take the git directory's place for the main worktree's.
    return;
  }
}
