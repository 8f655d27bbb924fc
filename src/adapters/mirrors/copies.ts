import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readText } from '../git/files.ts';
import type { Repository } from '../git/repository.ts';
import { privateDirOf } from '../git/trees/bindings.ts';

/** A worktree with its copy of each order's file, and its private git directory. */
export type Copy = { readonly tree: string; readonly gitDir: string; readonly isMain: boolean };

/** Returns the main worktree, if there is one, and a claim's own. */
export function copiesOf(repository: Repository, own: string | null): Copy[] {
  const { mainDir, commonDir } = repository;
  const trees = new Set([...(mainDir === commonDir ? [] : [mainDir]), ...(own === null ? [] : [own])]);
  return [...trees].flatMap((tree) => {
    const gitDir = existsSync(tree) ? privateDirOf(repository, tree) : null;
    return gitDir === null ? [] : [{ tree, gitDir, isMain: tree === mainDir }];
  });
}

/** Returns every worktree. */
export function allCopies(repository: Repository): Copy[] {
  const base = join(repository.commonDir, 'worktrees');
  const linked = (existsSync(base) ? readdirSync(base) : []).flatMap((name) => {
    const target = readText(join(base, name, 'gitdir'))?.replace(/[\r\n]+$/, '');
    const tree = target ? dirname(resolve(base, name, target)) : null;
    return tree === null ? [] : copiesOf(repository, tree).filter(({ isMain }) => !isMain);
  });
  return [...copiesOf(repository, null), ...linked];
}
