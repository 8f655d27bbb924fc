import type { OrderId } from '../ids.ts';
import { touching } from '../paths/touching.ts';
import { formatInstant } from '../time.ts';
import type { CheckedTree, CheckFacts, DirtyFile, Stay } from './facts.ts';
import { type Finding, NOTHING, named } from './finding.ts';
import { goneHere, leftHere, type Scope } from './scope.ts';
import { byChanger } from './stays.ts';

/**
 * Returns the findings on files that were changed before the session began, one for each session that left some.
 *
 * @param stays when other sessions were in the worktree
 * @param tree the worktree; null if it is this one
 */
export function leftFindings(
  order: OrderId | null,
  left: readonly DirtyFile[],
  stays: readonly Stay[],
  tree: string | null,
): Finding[] {
  return [...byChanger(left, stays)].map(([session, files]) => leftFinding({ order, session }, files, tree));
}

function leftFinding(whose: Pick<Finding, 'order' | 'session'>, left: readonly DirtyFile[], tree: string | null): Finding {
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

function goneFinding(order: OrderId | null, gone: readonly DirtyFile[]): Finding {
  const files = gone.map(({ path }) => path);
  const about = { what: 'gone', files } as const;
  return { ...NOTHING, order, kind: 'dirty-worktree', severity: 'info', paths: named(files), about };
}

/** Returns the findings on one worktree: what is uncommitted in it, and that it exists at all. */
export function treeFindings(tree: CheckedTree, { claims, hereSinceMs }: CheckFacts, scope: Scope): Finding[] {
  const { order, session, stays, isHere, isMine } = tree;
  const isAbout = order !== null && scope.orders.has(order);
  const left = isHere ? leftHere(tree, hereSinceMs) : [];
  const gone = isHere ? goneHere(tree, hereSinceMs) : [];
  if (left.length + gone.length > 0) {
    return [...leftFindings(order, left, stays, null), ...(gone.length === 0 ? [] : [goneFinding(order, gone)])];
  }
  if (isHere || isMine) return [];
  const isClaimed = claims.some((claim) => claim.worktree === tree.path);
  const unclaimed: Finding[] =
    isAbout && !isClaimed
      ? [{ ...NOTHING, order, session, kind: 'worktree-exists', severity: 'warn', about: { what: 'tree', tree: tree.path } }]
      : [];
  const uncommitted = [...byChanger(tree.dirty, stays)].map(([session, files]) =>
    uncommittedFinding({ order, session }, files, tree, isAbout, scope),
  );
  return [...unclaimed, ...uncommitted];
}

function uncommittedFinding(
  whose: Pick<Finding, 'order' | 'session'>,
  dirty: readonly DirtyFile[],
  { path }: CheckedTree,
  isAbout: boolean,
  scope: Scope,
): Finding {
  const files = dirty.map((file) => file.path);
  const met = [...touching(scope.dirty, files), ...touching(scope.paths, files)];
  const isMet = met.length > 0;
  return {
    ...NOTHING,
    ...whose,
    kind: 'dirty-worktree',
    severity: isMet || isAbout ? 'warn' : 'info',
    paths: named(isMet ? met : files),
    about: { what: 'uncommitted', tree: path, files: isMet ? met : files, isMet },
  };
}
