import { lstatSync } from 'node:fs';
import { latin1, nameBytes, partsOf, type TreeGit } from './tree-git.ts';

/** The index, entry by entry. */
export type Listed = {
  /** Files that are there, with a mark for which git does not look at them (assume-unchanged, skip-worktree). */
  readonly overlooked: readonly string[];
  /** The paths that are only a commit's name: submodules. */
  readonly links: readonly string[];
  /** The names and modes of every version: several for one path while a merge is not resolved. */
  readonly entries: readonly ListedEntry[];
};

export type ListedEntry = { readonly mode: string; readonly oid: string; readonly stage: number; readonly path: string };

/** Reads a worktree's index. */
export async function listIndex(tree: TreeGit): Promise<Listed> {
  const root = latin1(tree.path);
  const rows = partsOf(await tree.told(['ls-files', '-v', '--stage', '-z'])).flatMap((row) => {
    const [, tag = '', mode = '', oid = '', stage = '', path = ''] = ROW.exec(row) ?? [];
    return [{ tag, entry: { mode, oid, stage: Number(stage), path } }];
  });
  // Git shows assume-unchanged in lower case, and skip-worktree as an S.
  const marked = rows.filter(({ tag }) => tag === 'S' || tag !== tag.toUpperCase());
  return {
    overlooked: marked.map(({ entry }) => entry.path).filter((path) => isThere(nameBytes(root, '/', path))),
    links: rows.flatMap(({ entry }) => (entry.mode === LINK ? [entry.path] : [])),
    entries: rows.map(({ entry }) => entry),
  };
}

const ROW = /^(.) ([0-7]+) ([0-9a-f]+) ([0-3])\t(.*)$/s;

/** The mode of a submodule. */
export const LINK = '160000';

function isThere(path: Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
