import { readObjects } from '../git/read-objects.ts';
import type { Repository } from '../git/repository.ts';
import { filesBelow } from './files-below.ts';

/** How many folders of orders on branches are read. Numbers on older branches are not worth the time. */
const TREES_MAX = 20_000;
const DEPTH_MAX = 16;

/**
 * Lists the names of files in some folders: on the tips of all branches, local and remote, and in all worktrees. Identical
 * folders are read once, however many branches have them.
 */
export async function namesEverywhere({ git, objectFormat }: Repository, folders: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  const refs = await git(['for-each-ref', '--format=%(objectname)', 'refs/heads', 'refs/remotes']);
  const commits = new Set(lines(refs.stdout));
  const seen = new Set<string>();
  let asked = [...commits].flatMap((commit) => folders.filter(isOneLine).map((folder) => `${commit}:${folder}`));
  for (let depth = 0; depth < DEPTH_MAX && asked.length > 0 && seen.size < TREES_MAX; depth += 1) {
    const found = await readObjects(git, asked);
    asked = [];
    for (const tree of found) {
      if (tree?.type !== 'tree' || seen.has(tree.oid)) continue;
      seen.add(tree.oid);
      for (const { name, oid, isTree } of entriesIn(tree.body, objectFormat === 'sha256' ? 32 : 20)) {
        if (!isTree) names.add(name);
        else if (!seen.has(oid)) asked.push(oid);
      }
    }
  }
  const listed = await git(['worktree', 'list', '--porcelain', '-z']);
  const trees = String(listed.stdout)
    .split('\0')
    .filter((line) => line.startsWith('worktree '));
  for (const tree of trees)
    for (const folder of folders)
      for (const file of filesBelow(`${tree.slice('worktree '.length)}/${folder}`) ?? [])
        names.add(file.slice(file.lastIndexOf('/') + 1));
  return [...names];
}

function lines(output: Buffer): string[] {
  return String(output)
    .split('\n')
    .filter((line) => line !== '');
}

function isOneLine(folder: string): boolean {
  return !folder.includes('\n');
}

/** Splits a tree, which repeats `<mode> <name> NUL <oid>`. */
function* entriesIn(
  body: Buffer,
  oidBytes: number,
): Generator<{ readonly name: string; readonly oid: string; readonly isTree: boolean }> {
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0) return;
    const isTree = body.toString('latin1', at, space) === '40000';
    yield { name: body.toString('utf8', space + 1, end), oid: body.toString('hex', end + 1, end + 1 + oidBytes), isTree };
    at = end + 1 + oidBytes;
  }
}
