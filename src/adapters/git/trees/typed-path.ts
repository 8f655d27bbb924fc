import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type ClaimPath, parseClaimPath } from '../../../core/path.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns what a path typed in a folder means, relative to the top of its work tree, as git takes paths: `..` is resolved by name, nothing need exist,
 * and nothing is claimed through a symbolic link or inside another repository.
 *
 * @throws ClaimError `usage`
 */
export function typedPath({ topLevel, config }: Repository, cwd: string, text: string): ClaimPath {
  const shown = JSON.stringify(text.slice(0, 200));
  if (text === '') throw usage('an empty path names nothing', 'name a file or folder of the work tree');
  if (topLevel === null) {
    throw usage(
      'there is no work tree here, and paths are those of one',
      'run it in a work tree; git claim worktree list shows them',
    );
  }
  // As git does with its own arguments: such a disk hands names out decomposed.
  const typed = config.isTrue('core.precomposeunicode') ? text.normalize('NFC') : text;
  const path = within(topLevel, resolve(cwd, typed)) ?? (isAbsolute(typed) ? within(topLevel, throughLinks(typed)) : null);
  if (path === null) throw usage(`${shown} lies outside the work tree`, `paths are those of ${topLevel}`);
  if (path === '')
    throw usage(`${shown} is the whole work tree`, 'name files or folders in it; git claim <order> claims a piece of work');
  const claimed = parseClaimPath(path);
  assertOwn(topLevel, claimed, shown);
  return claimed;
}

function within(topLevel: string, absolute: string): string | null {
  const path = relative(topLevel, absolute).split(sep).join('/');
  return path === '..' || path.startsWith('../') || isAbsolute(path) ? null : path;
}

/** The top level is known without symbolic links; a path given in full may come through one, as /tmp is on macOS. */
function throughLinks(absolute: string): string {
  const folder = dirname(absolute);
  if (folder === absolute) return absolute;
  return existsSync(folder)
    ? join(realpathSync(folder), relative(folder, absolute))
    : join(throughLinks(folder), relative(folder, absolute));
}

function assertOwn(topLevel: string, path: ClaimPath, shown: string): void {
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1) {
    const folder = names.slice(0, depth).join('/');
    const seen = lstatSync(join(topLevel, folder), { throwIfNoEntry: false });
    if (seen === undefined) return;
    if (seen.isSymbolicLink())
      throw usage(`${shown} is beyond the symbolic link ${JSON.stringify(folder)}`, 'name the path that it leads to');
    if (seen.isDirectory() && existsSync(join(topLevel, folder, '.git')))
      throw usage(
        `${shown} lies in a repository or work tree of its own, ${JSON.stringify(folder)}`,
        `claim ${folder} as a whole, or run the command in there`,
      );
  }
}

function usage(message: string, hint: string): ClaimError {
  return new ClaimError('usage', message, { hint });
}
