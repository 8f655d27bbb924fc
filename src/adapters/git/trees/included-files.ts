import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { INCLUDE_FILE, reachesInto } from '../../../core/trees/include-patterns.ts';
import { lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns what git ignores in the main worktree and `.worktreeinclude` there lists, in gitignore syntax. The paths are relative;
 * a folder whose whole content is listed appears once. Git names an ignored folder without reading it, and so does this function
 * unless a pattern leads inside: a `node_modules` costs nothing.
 *
 * @throws ClaimError `git`
 */
export async function listedFiles(repository: Repository): Promise<string[]> {
  const text = readList(join(repository.mainDir, INCLUDE_FILE));
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

/**
 * Returns the list's text; null if there is none. A pull request may bring anything under that name: a link to a device, say,
 * which never ends. A pipe is opened without waiting, and what was opened is judged again.
 *
 * @throws ClaimError `git` for anything but a plain file of a size that a person would write
 */
function readList(path: string): string | null {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return null;
  if (!there.isFile()) throw notAList('special');
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const opened = fstatSync(file);
    if (!opened.isFile()) throw notAList('special');
    if (opened.size > LIST_BYTES_MAX) throw notAList('too-large');
    const bytes = Buffer.alloc(opened.size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** A person lists a few dozen patterns. */
const LIST_BYTES_MAX = 256 * 1024;

function notAList(why: 'special' | 'too-large'): ClaimError {
  return new ClaimError({ code: 'git', kind: 'include-unusable', file: INCLUDE_FILE, why, bytesMax: LIST_BYTES_MAX });
}

function childrenOf(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.map((entry) => `${folder}/${entry.name}${entry.isDirectory() ? '/' : ''}`);
}
