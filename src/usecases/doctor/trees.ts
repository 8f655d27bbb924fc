import { type Found, type Symptom, symptom } from '../../core/doctor/symptom.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';

/** Looks for worktrees in which git does not work, or which git lists although they are gone or another repository's. */
export async function examineTrees(ports: Ports, isFixing: boolean): Promise<Found[]> {
  return [...(await broken(ports)).map((one) => ({ ...one, isFixed: false })), ...(await seenInside(ports, isFixing))];
}

/** Finds worktrees that the one around them does not ignore, so that `git add --all` there stages them. */
async function seenInside(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const found: Found[] = [];
  for (const { path, isMain, isMissing } of await ports.worktrees.list()) {
    if (isMain || isMissing || !(await ports.worktrees.isSeenInside(path))) continue;
    const isFixed =
      isFixing &&
      (await ports.worktrees.ignoreInside(path).then(
        () => true,
        () => false,
      ));
    found.push({ ...symptom('inner-worktree', { what: 'inner-worktree' }, { place: path, isFixable: true }), isFixed });
  }
  return found;
}

async function broken(ports: Ports): Promise<Symptom[]> {
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
