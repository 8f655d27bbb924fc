import { touching } from '../paths/touching.ts';
import { formatInstant } from '../time.ts';
import type { CheckedTree, CheckFacts, DirtyFile } from './facts.ts';
import { type Finding, NOTHING, named } from './finding.ts';
import { goneHere, leftHere, type Scope } from './scope.ts';

/**
 * Returns the finding on files that were changed before the session began.
 *
 * @param tree the worktree; null if it is this one
 */
export function leftFinding(whose: Pick<Finding, 'order' | 'session'>, left: readonly DirtyFile[], tree: string | null): Finding {
  const files = left.map(({ path }) => path);
  const times = left.flatMap(({ modifiedMs }) => modifiedMs ?? []);
  return {
    ...NOTHING,
    ...whose,
    kind: 'dirty-worktree',
    severity: 'warn',
    paths: named(files),
    at: times.length === 0 ? null : formatInstant(Math.max(...times)),
    about: { what: 'left', files, tree },
  };
}

function goneFinding(whose: Pick<Finding, 'order' | 'session'>, gone: readonly DirtyFile[]): Finding {
  const files = gone.map(({ path }) => path);
  const about = { what: 'gone', files } as const;
  return { ...NOTHING, ...whose, kind: 'dirty-worktree', severity: 'info', paths: named(files), about };
}

/** Returns the findings on one worktree: what is uncommitted in it, and that it exists at all. */
export function treeFindings(tree: CheckedTree, { claims, hereSinceMs }: CheckFacts, scope: Scope): Finding[] {
  const { order, session, isHere, isMine } = tree;
  const isAbout = order !== null && scope.orders.has(order);
  const base = { ...NOTHING, order, session };
  const left = isHere ? leftHere(tree, hereSinceMs) : [];
  const gone = isHere ? goneHere(tree, hereSinceMs) : [];
  if (left.length + gone.length > 0) {
    return [
      ...(left.length === 0 ? [] : [leftFinding({ order, session }, left, null)]),
      ...(gone.length === 0 ? [] : [goneFinding({ order, session }, gone)]),
    ];
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
