import { touching } from '../paths/touching.ts';
import type { CheckedTree, CheckFacts } from './facts.ts';
import { type Finding, listed, NOTHING, named } from './finding.ts';
import { leftHere, type Scope } from './scope.ts';

/** What lies uncommitted in a work tree, and that it is there at all. */
export function treeFindings(tree: CheckedTree, { claims, hereSinceMs }: CheckFacts, scope: Scope): Finding[] {
  const { order, session, isHere, isMine } = tree;
  const isAbout = order !== null && scope.orders.has(order);
  const by = session === null ? '' : ` of ${session}`;
  const base = { ...NOTHING, order, session };
  const there = { ...base, tree: tree.path };
  const left = isHere ? leftHere(tree, hereSinceMs) : [];
  if (left.length > 0) {
    const who = session === null ? 'before this session began' : `by ${session}`;
    return [
      {
        ...base,
        kind: 'dirty-worktree',
        severity: session === null ? 'info' : 'warn',
        paths: named(left),
        message: `${listed(left)} here was left ${who}`,
      },
    ];
  }
  if (isHere || isMine) return [];
  const isClaimed = claims.some((claim) => claim.worktree === tree.path);
  const unclaimed: Finding[] =
    isAbout && !isClaimed
      ? [{ ...there, kind: 'worktree-exists', severity: 'warn', message: `${order} has a work tree${by} at ${tree.path}` }]
      : [];
  if (tree.dirty.length === 0) return unclaimed;
  const files = tree.dirty.map(({ path }) => path);
  const met = [...touching(scope.dirty, files), ...touching(scope.paths, files)];
  const what = met.length === 0 ? listed(files) : `${listed(met)}, which you work on too`;
  return [
    ...unclaimed,
    {
      ...there,
      kind: 'dirty-worktree',
      severity: met.length > 0 || isAbout ? 'warn' : 'info',
      paths: named(met.length > 0 ? met : files),
      message: `uncommitted${by} at ${tree.path}: ${what}`,
    },
  ];
}
