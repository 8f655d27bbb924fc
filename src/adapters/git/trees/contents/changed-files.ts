import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../../../system/step.ts';
import { LINK, type Listed } from './listed.ts';
import { hasContent, isSameContent } from './same-content.ts';
import { withOpenIndex } from './temporary-index.ts';
import { latin1, nameBytes, partsOf, type TreeGit } from './tree-git.ts';

export type ChangedFiles = {
  readonly files: readonly string[];
  /** Changed, although git says that they are not: marked, or made equal by a filter. */
  readonly hidden: readonly string[];
  /** What git ignores; a folder that is ignored as a whole ends with `/`. */
  readonly ignored: readonly string[];
};

/** Submodules are looked at one by one: git finds them only where the registration says that the worktree is. */
const STATUS = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignored=matching', '--no-renames'];

/** Returns the files of a worktree that differ from its commit or are in none, whatever git was told to overlook. */
export async function changedFiles(tree: TreeGit, folder: string, listed: Listed): Promise<ChangedFiles> {
  const status = async (env?: Readonly<Record<string, string>>) =>
    partsOf(await tree.told([...STATUS, '--ignore-submodules=dirty'], env === undefined ? {} : { env }));
  const { overlooked } = listed;
  const rows = await (overlooked.length === 0 ? status() : withOpenIndex(tree, folder, overlooked, status));
  const changed = rows.flatMap((row) => changedIn(row) ?? []);
  const marked = new Set(overlooked);
  const seen = new Set(changed);
  const others = listed.entries.filter(({ mode, path }) => mode !== LINK && !seen.has(path)).map(({ path }) => path);
  const filtered = await madeEqual(tree, folder, others);
  return {
    files: changed.filter((path) => !marked.has(path)),
    hidden: [...changed.filter((path) => marked.has(path)), ...filtered],
    ignored: rows.flatMap((row) => (row.startsWith('! ') ? [row.slice(2)] : [])),
  };
}

/** How many fields precede the path in a line: `1 XY ...`, `u XY ...` and `? `. */
const FIELDS_BEFORE: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

function changedIn(row: string): string | null {
  const before = FIELDS_BEFORE[row.slice(0, 1)];
  return before === undefined ? null : row.split(' ').slice(before).join(' ');
}

/** Filters that hide no edit: Git LFS stores a file's checksum, and git-claim's own takes out what git-claim wrote. */
const TELLING = /^(?:lfs|git-?claim.*)$/;

/**
 * Returns the files that a filter makes equal to what the index has, although git would not have written them so. Git calls them
 * unchanged.
 *
 * @param env with another index than the worktree's own
 */
export async function madeEqual(
  tree: TreeGit,
  folder: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  // Exit code 1: no filter is configured.
  if ((await tree.ask(['config', '--get-regexp', '^filter\\..*\\.(clean|process)$'])).code !== 0) return [];
  const input = nameBytes(paths.map((path) => `${path}\0`).join(''));
  const told = (await tree.told(['check-attr', '-z', '--stdin', 'filter'], { input })).split('\0');
  const filters = new Map<string, string>();
  for (let at = 0; at + 2 < told.length; at += 3) filters.set(told[at] as string, told[at + 2] as string);
  const isFiltered = (name = 'unspecified') => !/^(?:unspecified|unset|set)$/.test(name) && !TELLING.test(name);
  const suspects = paths.filter((path) => isFiltered(filters.get(path)));
  return suspects.length === 0 ? [] : differing(tree, folder, suspects, env);
}

/** Lets git write the files anew, in a folder of their own, and returns those that differ. */
async function differing(
  tree: TreeGit,
  folder: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const fresh = join(folder, `fresh-${process.pid}-${Date.now()}`);
  try {
    const input = nameBytes(paths.map((path) => `${path}\0`).join(''));
    const args = ['checkout-index', `--prefix=${fresh}/`, '--ignore-skip-worktree-bits', '-z', '--stdin'];
    await tree.told(args, { input, env });
    const [here, there] = [latin1(tree.path), latin1(fresh)];
    return paths.filter((path) => {
      const own = nameBytes(here, '/', path);
      return hasContent(own) && !isSameContent(own, nameBytes(there, '/', path));
    });
  } finally {
    step('before file remove fresh files');
    rmSync(fresh, { recursive: true, force: true });
    step('after file remove fresh files');
  }
}
