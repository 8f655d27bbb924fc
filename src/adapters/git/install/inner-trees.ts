import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { folderPattern, withExcluded, withoutExcluded } from '../../../core/install/exclude-edit.ts';
import type { Change } from '../../../ports/installation.ts';
import { findLayout } from '../layout.ts';
import type { Repository } from '../repository.ts';
import { bytesOf, makeChange, readBytes } from './bytes.ts';

/** Somebody who writes the file at the same moment is done long before this. */
const TRIES_MAX = 5;

/**
 * Lets git ignore a worktree that lies inside another one: else `git add --all` there would stage it as an embedded repository.
 * The line goes to `info/exclude`, which nobody shares: of this repository, or of the superproject if this is a submodule.
 *
 * @throws Error if the file cannot be written
 */
export async function ignoreInside(repository: Repository, path: string): Promise<void> {
  const within = await unignoredIn(repository, path);
  if (within === null) return;
  const { file, pattern } = within;
  for (let tries = 1; ; tries += 1) {
    const before = readBytes(file);
    const text = withExcluded(before, pattern);
    try {
      return makeChange({ kind: 'write', part: 'exclude', path: file, before, text });
    } catch (error) {
      const isChanging = error instanceof ClaimError && error.failure.kind === 'file-changing';
      if (!isChanging || tries === TRIES_MAX) throw error;
    }
  }
}

/** Returns where which pattern is missing for the worktree around this one to ignore it; null if it does, or there is none. */
export async function unignoredIn(
  repository: Repository,
  path: string,
): Promise<{ readonly file: string; readonly pattern: string } | null> {
  const around = findLayout(existing(dirname(path)));
  if (around === null || around.topLevel === null || !isKin(repository, around.commonDir)) return null;
  const place = relative(around.topLevel, path).split(sep).join('/');
  const git = (args: readonly string[]) => repository.git(args, { cwd: around.topLevel as string });
  if ((await git(['check-ignore', '-q', `${place}/`])).code === 0) return null;
  // The folder as a whole, unless it is also a folder of the project.
  const folder = place.includes('/') ? place.slice(0, place.lastIndexOf('/')) : null;
  const isOwn = folder !== null && (await git(['--literal-pathspecs', 'ls-files', '-z', '--', folder])).stdout.length === 0;
  const pattern = folderPattern(isOwn ? folder : place);
  return pattern === null ? null : { file: join(around.commonDir, 'info', 'exclude'), pattern: bytesOf(pattern) };
}

/** Returns the changes that take our lines out again. */
export function ignoredRemoval({ commonDir }: Repository): Change[] {
  return [commonDir, superproject(commonDir)].flatMap((gitDir): Change[] => {
    const path = join(gitDir ?? '', 'info', 'exclude');
    const before = gitDir === null ? null : readBytes(path);
    const text = before === null ? null : withoutExcluded(before);
    if (before === null || text === before) return [];
    return text === null ? [{ kind: 'remove', part: 'exclude', path }] : [{ kind: 'write', part: 'exclude', path, before, text }];
  });
}

/** Only this repository and its superproject are ours to write in. One around them, such as that of a home, is somebody's. */
function isKin({ commonDir }: Repository, other: string): boolean {
  return other === commonDir || other === superproject(commonDir);
}

function superproject(commonDir: string): string | null {
  const at = commonDir.lastIndexOf(`${sep}modules${sep}`);
  return at < 0 ? null : commonDir.slice(0, at);
}

function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}
