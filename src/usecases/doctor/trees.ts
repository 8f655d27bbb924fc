import { type Symptom, symptom } from '../../core/doctor/symptom.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';

/** Looks for worktrees in which git does not work, or which git lists although they are gone or another repository's. */
export async function examineTrees(ports: Ports): Promise<Symptom[]> {
  const trees = await ports.worktrees.list();
  const bare = await (await ports.host()).bareTrees(trees.filter(({ isMissing }) => !isMissing).map(({ path }) => path));
  const original = ports.worktrees.copiedFrom();
  return [
    ...trees.flatMap((tree) => (tree.isMissing ? notOurs(ports, tree) : [])),
    ...bare.map((path) => symptom('bare', { what: 'bare', tree: path === ports.places.mainDir ? null : path }, { place: path })),
    ...(original === null
      ? []
      : [symptom('copied-worktree', { what: 'copied-worktree', original }, { place: ports.places.topLevel })]),
  ];
}

function notOurs({ places }: Ports, { path, branch, lock, lockText }: Worktree): Symptom[] {
  if (places.isThere(path)) {
    const what = places.isThere(`${path}/.git`) ? 'others-worktree' : 'no-git-file';
    return [symptom('lost-worktree', { what }, { place: path })];
  }
  if (lockText === null || lock !== null) return [];
  return [symptom('lost-worktree', { what: 'lost-worktree', path, branch, reason: lockText }, { place: path })];
}
