import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a repository's directories are, by gitrepository-layout(5). */
export type Layout = { readonly gitDir: string; readonly commonDir: string; readonly topLevel: string | null };

/** Walks up from a directory to the nearest git directory, by the rules of gitrepository-layout(5). */
export function findLayout(cwd: string): Layout | null {
  for (let at = realpathSync(cwd); ; at = dirname(at)) {
    const found = layoutAt(at);
    if (found !== null || at === dirname(at)) return found;
  }
}

function layoutAt(directory: string): Layout | null {
  const dotGit = join(directory, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (kind?.isDirectory() && isGitDir(dotGit)) return withCommonDir(realpathSync(dotGit), directory);
  if (kind?.isFile()) {
    const target = targetOf(readFileSync(dotGit, 'utf8'));
    const gitDir = resolve(directory, target ?? '.git');
    return existsSync(gitDir) ? withCommonDir(realpathSync(gitDir), directory) : null;
  }
  return isGitDir(directory) ? withCommonDir(directory, null) : null;
}

/** Returns a layout with the common directory that the git directory names. */
export function withCommonDir(gitDir: string, topLevel: string | null): Layout {
  const pointer = join(gitDir, 'commondir');
  const commonDir = existsSync(pointer)
    ? realpathSync(resolve(gitDir, readFileSync(pointer, 'utf8').replace(/[\r\n]+$/, '')))
    : gitDir;
  return { gitDir, commonDir, topLevel };
}

function isGitDir(directory: string): boolean {
  const has = (name: string) => existsSync(join(directory, name));
  return has('HEAD') && (has('commondir') || (has('objects') && has('refs')));
}

/** Returns what a `.git` file points to, or null if it points nowhere. The path itself may contain line breaks. */
export function targetOf(gitFile: string): string | null {
  return /^gitdir: (.+?)[\r\n]*$/s.exec(gitFile)?.[1] ?? null;
}
