import { touching } from '../paths/touching.ts';
import type { CheckedTree, CheckFacts } from './facts.ts';
import { type Finding, NOTHING, named } from './finding.ts';
import { leftHere, type Scope } from './scope.ts';

/** Returns the findings on one worktree: what is uncommitted in it, and that it exists at all. */
export function treeFindings(tree: CheckedTree, { claims, hereSinceMs }: CheckFacts, scope: Scope): Finding[] {
  const { order, session, isHere, isMine } = tree;
  const isAbout = order !== null && scope.orders.has(order);
  const base = { ...NOTHING, order, session };
  const left = isHere ? leftHere(tree, hereSinceMs) : [];
  if (left.length > 0) {
    const severity = session === null ? 'info' : 'warn';
    return [{ ...base, kind: 'dirty-worktree', severity, paths: named(left), about: { what: 'left', files: left } }];
  }
  if (isHere || isMine) return [];
  const isClaimed = claims.some((claim) => claim.worktree === tree.path);
  const unclaimed: Finding[] =
    isAbout && !isClaimed
      ? [{ ...base, kind: 'worktree-exists', severity: 'warn', about: { what: 'tree', tree: tree.path } }]
      : [];
  if (tree.dirty.length === 0) return unclaimed;
  const files = tree.dirty.map(({ path }) => path);
  const met = [...touching(scope.dirty, files), ...touching(scope.paths, files)];
  const isMet = met.length > 0;
  return [
    ...unclaimed,
    {
      ...base,
      kind: 'dirty-worktree',
      severity: isMet || isAbout ? 'warn' : 'info',
      paths: named(isMet ? met : files),
      about: { what: 'uncommitted', tree: tree.path, files: isMet ? met : files, isMet },
    },
  ];
}
