import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type ClaimPath, parseClaimPath } from '../../../core/path.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns what a path typed in a folder means, relative to the top of its worktree. As in git, `..` is resolved by name, and the
 * path need not exist. Nothing can be claimed through a symbolic link or inside another repository.
 *
 * @throws ClaimError `usage`
 */
export function typedPath({ topLevel, config }: Repository, cwd: string, text: string): ClaimPath {
  if (text === '') throw new ClaimError({ code: 'usage', kind: 'path-empty' });
  if (topLevel === null) throw new ClaimError({ code: 'usage', kind: 'path-without-worktree' });
  // As git does with its own arguments: such a disk returns names decomposed.
  const typed = config.isTrue('core.precomposeunicode') ? text.normalize('NFC') : text;
  const path = within(topLevel, resolve(cwd, typed)) ?? (isAbsolute(typed) ? within(topLevel, throughLinks(typed)) : null);
  if (path === null) throw new ClaimError({ code: 'usage', kind: 'path-outside', text, topLevel });
  if (path === '') throw new ClaimError({ code: 'usage', kind: 'path-is-worktree', text });
  const claimed = parseClaimPath(path);
  assertOwn(topLevel, claimed, text);
  return claimed;
}

function within(topLevel: string, absolute: string): string | null {
  const path = relative(topLevel, absolute).split(sep).join('/');
  return path === '..' || path.startsWith('../') || isAbsolute(path) ? null : path;
}

/** The top level contains no symbolic links, but an absolute path may lead through one, as /tmp does on macOS. */
function throughLinks(absolute: string): string {
  const folder = dirname(absolute);
  if (folder === absolute) return absolute;
  return existsSync(folder)
    ? join(realpathSync(folder), relative(folder, absolute))
    : join(throughLinks(folder), relative(folder, absolute));
}

function assertOwn(topLevel: string, path: ClaimPath, text: string): void {
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1) {
    const folder = names.slice(0, depth).join('/');
    const seen = lstatSync(join(topLevel, folder), { throwIfNoEntry: false });
    if (seen === undefined) return;
    if (seen.isSymbolicLink()) throw new ClaimError({ code: 'usage', kind: 'path-beyond-link', text, link: folder });
    if (seen.isDirectory() && existsSync(join(topLevel, folder, '.git')))
      throw new ClaimError({ code: 'usage', kind: 'path-in-repository', text, folder });
  }
}
