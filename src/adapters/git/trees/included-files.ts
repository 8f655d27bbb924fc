import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { reachesInto } from '../../../core/trees/include-patterns.ts';
import { readText } from '../files.ts';
import { lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';

/** The file that Claude Code, Codex and others read for the same purpose. */
export const INCLUDE_FILE = '.worktreeinclude';

/**
 * Returns what git ignores in the main worktree and `.worktreeinclude` there lists, in gitignore syntax. The paths are relative;
 * a folder whose whole content is listed appears once. Git names an ignored folder without reading it, and so does this function
 * unless a pattern leads inside: a `node_modules` costs nothing.
 *
 * @throws ClaimError `git`
 */
export async function listedFiles(repository: Repository): Promise<string[]> {
  const text = readText(join(repository.mainDir, INCLUDE_FILE));
  if (text === null) return [];
  const {
    default: { default: ignore },
  } = await import('ignore');
  const patterns = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const listed = ignore({ ignorecase: repository.config.isTrue('core.ignorecase') }).add(patterns);
  const result = await repository.git(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'], {
    cwd: repository.mainDir,
  });
  if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'ignored-unlisted', said: lastWords(result) });
  const ignored = String(result.stdout)
    .split('\0')
    .filter((path) => path !== '');
  const chosen = (path: string): string[] => {
    const bare = path.replace(/\/$/, '');
    if (listed.ignores(path)) return [bare];
    return bare !== path && reachesInto(patterns, bare) ? childrenOf(repository.mainDir, bare).flatMap(chosen) : [];
  };
  return ignored.flatMap(chosen);
}

function childrenOf(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.map((entry) => `${folder}/${entry.name}${entry.isDirectory() ? '/' : ''}`);
}
