import type { Place } from '../../core/claim/compose.ts';
import { type ClaimRecord, isLive } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { branchName, isBranchOf } from '../../core/trees/branch-name.ts';
import { worktreePath } from '../../core/trees/worktree-path.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { isOfOtherWork } from './work-end.ts';

/**
 * Checks that a claim which names a revision to start from also gets a worktree.
 *
 * @throws ClaimError `usage`
 */
export function assertStart({ isHere, base }: { readonly isHere: boolean; readonly base: string | null }): void {
  if (isHere && base !== null) throw new ClaimError({ code: 'usage', kind: 'on-without-worktree' });
}

/** Returns the worktree that the command runs in, and its branch unless that is the default one, which belongs to no order. */
export async function presentPlace(ports: Ports): Promise<() => Place> {
  const { topLevel } = ports.places;
  const head = topLevel === null ? null : await ports.branches.head();
  const place: Place = {
    worktree: topLevel === null ? null : ports.places.relative(topLevel),
    branch: head === null || head.isDefault ? null : head.branch,
    base: head?.commit ?? null,
  };
  return () => place;
}

/** Returns the place of a claim as its next record should have it: where its worktree is now. */
export function placeNow(ports: Ports, record: ClaimRecord): Place {
  const path = treeOf(ports, record);
  return { worktree: path === null ? null : ports.places.relative(path), branch: record.branch, base: record.base };
}

/**
 * Returns a worktree for each order alone: the one in which its branch is checked out, the one that an earlier claim left, or a
 * new one.
 *
 * @throws ClaimError `usage` for an unknown base, `git` in a repository without commits
 */
export async function ownPlaces(
  ports: Ports,
  base: string | null,
  titles: ReadonlyMap<OrderId, string | null>,
  readings: ReadonlyMap<OrderId, Reading>,
): Promise<(order: OrderId) => Place> {
  const start = base === null ? ((await ports.branches.defaultBase())?.commit ?? null) : await ports.branches.resolve(base);
  if (start === null) throw noBase(base);
  const trees = await ports.worktrees.list();
  const places = new Map<OrderId, Place>();
  for (const [order, reading] of readings) {
    const left = reading.kind === 'record' ? await leftBy(ports, reading.record, trees) : null;
    const branch = left?.branch ?? branchName(order, titles.get(order) ?? null);
    const tree = trees.find((one) => one.branch === branch && !one.isMissing);
    const template = worktreePath(ports.settings.worktrees, ports.places.repo, order);
    const path = tree?.path ?? left?.path ?? ports.worktrees.realPath(ports.places.absolute(template));
    places.set(order, { worktree: ports.places.relative(path), branch, base: left?.base ?? start });
  }
  return (order) => places.get(order) as Place;
}

/** Returns what an earlier claim left to continue with; null if it left no branch. `path`: where its worktree is, or was. */
async function leftBy(ports: Ports, record: ClaimRecord, trees: readonly Worktree[]) {
  if (record.branch === null) return null;
  const { order, base } = record;
  const path = treeOf(ports, record);
  // Another repository of which this one is a copy, say, may have its own worktree there.
  const isFree = path === null || ports.worktrees.isHere(path) || !ports.places.isThere(path);
  const place = { base, path: isFree ? path : null };
  const isThere = (await ports.branches.tip(record.branch)) !== null;
  if (isThere) return (await isOthersBranch(ports, order, record.branch)) ? null : { ...place, branch: record.branch };
  const tree = trees.find((one) => one.path === path && !one.isMissing && !one.isMain);
  const renamed = tree?.branch ?? null;
  return renamed === null || (await isOfOtherWork(ports, record, renamed)) ? null : { ...place, branch: renamed };
}

/**
 * Returns whether a live claim of another order has this branch. A claim made with `--no-worktree` records a branch that was not
 * made for its order, and another order may have it by now.
 */
async function isOthersBranch(ports: Ports, order: OrderId, branch: string): Promise<boolean> {
  if (isBranchOf(order, branch)) return false;
  const { readings } = await ports.registry.survey();
  return [...readings.values()].some(
    (other) => other.kind === 'record' && other.record.order !== order && isLive(other.record) && other.record.branch === branch,
  );
}

function noBase(base: string | null): ClaimError {
  if (base !== null) return new ClaimError({ code: 'usage', kind: 'base-unknown', text: base });
  return new ClaimError({ code: 'git', kind: 'no-commit' });
}
