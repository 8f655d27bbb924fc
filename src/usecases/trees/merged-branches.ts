import { isLive, type Witnessed } from '../../core/claim/record.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import { isBranchOf } from '../../core/trees/branch-name.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';
import { isOnlyHere } from './going-branch.ts';

/** The branch of an order that is over, merged, and checked out nowhere: its worktree was removed before it was merged. */
export type MergedBranch = { readonly order: OrderId; readonly branch: string; readonly tip: Oid; readonly claim: Oid };

export type RemovedBranch = {
  readonly order: OrderId;
  readonly branch: string;
  /** Where it was. */
  readonly tip: Oid;
  /** The ref that keeps commits which only its reflog named, or null. */
  readonly keptCommits: string | null;
  /** Whether origin, whose default branch is known here, does not have what was merged. */
  readonly isMergedOnlyHere: boolean;
};

/** Returns such branches, under the conditions under which a branch is deleted with its worktree. */
export async function mergedBranches(
  ports: Ports,
  trees: readonly Worktree[],
  readings: ReadonlyMap<OrderId, Reading>,
): Promise<MergedBranch[]> {
  const ended = [...readings.values()].flatMap((one) => (one.kind === 'record' && isLeftAlone(ports, one, trees) ? [one] : []));
  const tips = await ports.branches.tips(ended.map(({ record }) => record.branch as string));
  const found = ended.flatMap(({ oid, record: { order, branch, tip } }) => {
    const at = tips.get(branch as string);
    return at === undefined ? [] : [{ order, branch: branch as string, tip: at, claim: oid, finished: tip }];
  });
  const unmerged = await ports.branches.unmerged([
    ...new Set(found.flatMap(({ tip, finished }) => (finished === null ? [tip] : [tip, finished]))),
  ]);
  return found.filter(({ tip, finished }) => !unmerged.has(tip) && (finished === null || !unmerged.has(finished)));
}

function isLeftAlone({ settings }: Ports, { record }: Witnessed, trees: readonly Worktree[]): boolean {
  const { order, branch } = record;
  if (branch === null || isLive(record) || !isBranchOf(order, branch, settings.branch)) return false;
  return !trees.some((tree) => tree.branch === branch);
}

/** Deletes such branches, each unless it has moved or its order was claimed again. Returns those that are gone. */
export async function removeBranches(ports: Ports, branches: readonly MergedBranch[]): Promise<RemovedBranch[]> {
  const removed: RemovedBranch[] = [];
  for (const { order, branch, tip, claim } of branches) {
    const strays = await ports.worktrees.strays(branch);
    const keptCommits = strays.length === 0 ? null : await ports.worktrees.keep(strays, order);
    if (!(await ports.branches.remove(branch, tip, { order, oid: claim }))) continue;
    removed.push({ order, branch, tip, keptCommits, isMergedOnlyHere: await isOnlyHere(ports, tip) });
  }
  return removed;
}
