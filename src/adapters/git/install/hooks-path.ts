import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Repository } from '../repository.ts';
import { isThere } from './bytes.ts';

export type HooksPathBefore = {
  readonly raw: string;
  readonly scope: string;
  readonly path: string;
  /** As in `Route`. */
  readonly lender: string | null;
};

/** Returns the `core.hooksPath` that would be in force without us, as written and as git reads it. */
export async function hooksPathBefore(repository: Repository): Promise<HooksPathBefore | null> {
  const found = repository.config.hooksPaths.findLast(({ isOurs }) => !isOurs);
  if (found === undefined) return null;
  const { value: raw, scope } = found;
  // Only git knows what `~someone/` and `%(prefix)/` mean.
  const asked = await repository.git(['-c', `core.hooksPath=${raw}`, 'config', '--type=path', '-z', 'core.hooksPath']);
  const path = String(asked.stdout).split('\0')[0] || raw;
  return { raw, scope, path, lender: await lenderOf(repository, path) };
}

/**
 * Returns the main worktree if a tool generates this folder in each worktree, as husky does. New worktrees have none until the
 * tool is run there. A folder that git tracks is in each worktree whose branch has it.
 */
async function lenderOf({ mainDir, commonDir, git }: Repository, path: string): Promise<string | null> {
  if (isAbsolute(path) || path === '' || mainDir === commonDir) return null;
  const tracked = await git(['ls-files', '-z', '--', path], { cwd: mainDir });
  return tracked.code === 0 && String(tracked.stdout) === '' ? mainDir : null;
}

/** Returns whether there is something else than a folder. One that is missing may come. */
export function isNoFolder(path: string): boolean {
  return isThere(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
}
