import { currentIn } from '../../core/claim/board.ts';
import type { Place } from '../../core/claim/compose.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import { type BranchTip, branchName, continuedBranch, isBranchOf, nameOfTip } from '../../core/trees/branch-name.ts';
import { worktreePath } from '../../core/trees/worktree-path.ts';
import type { Start } from '../../ports/branches.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { readerOf } from '../caller/asker.ts';
import { treeOf, worksElsewhere } from '../caller/tree.ts';
import { type Stray, straysBeside } from '../evidence/strays.ts';
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

/** Where the branch of a new claim begins. */
export type Beginning = {
  /** As people write it: `origin/main`. */
  readonly name: string;
  readonly commit: Oid;
  /** Whether that is a branch with unmerged work on the order, which the claim continues. */
  readonly isContinued: boolean;
};

export type OwnPlaces = {
  readonly placeOf: (order: OrderId) => Place;
  /** Those of orders whose branch does not exist yet. */
  readonly beginnings: ReadonlyMap<OrderId, Beginning>;
};

/**
 * Returns a worktree for each order alone: the one in which its branch is checked out, the one that an earlier claim left, or a
 * new one. A new branch continues the order's branch at a remote if there is one.
 *
 * @param base the revision to start from; null: the newest default branch
 * @throws ClaimError `usage` for an unknown base, `git` in a repository without commits
 */
export async function ownPlaces(
  ports: Ports,
  base: string | null,
  titles: ReadonlyMap<OrderId, string | null>,
  readings: ReadonlyMap<OrderId, Reading>,
  starting: Promise<Start> | Start = ports.branches.startOf([...readings.keys()]),
): Promise<OwnPlaces> {
  const [start, trees, asked] = await Promise.all([
    starting,
    ports.worktrees.list(),
    base === null ? null : ports.branches.resolve(base),
  ]);
  const from = base === null ? start.base : asked && { name: base, commit: asked };
  if (from === null) throw noBase(base);
  const beginnings = new Map<OrderId, Beginning>();
  const places = new Map<OrderId, Place>();
  for (const [order, reading] of readings) {
    const left = reading.kind === 'record' ? await leftBy(ports, reading.record, trees) : null;
    const wanted = left?.branch ?? branchName(order, titles.get(order) ?? null, ports.settings.branch);
    const isNew = left === null && !start.named.some((one) => isLocal(one, wanted));
    const continued = isNew && base === null ? await continuedAt(ports, order, wanted, start.named) : null;
    const branch = continued?.branch ?? wanted;
    if (continued !== null) beginnings.set(order, { name: nameOfTip(continued), commit: continued.tip, isContinued: true });
    else if (isNew) beginnings.set(order, { name: from.name, commit: from.commit, isContinued: false });
    const tree = trees.find((one) => one.branch === branch && !one.isMissing && !one.lock?.isGoing);
    const template = worktreePath(ports.settings.worktreesOf(readerOf(ports)?.agent ?? null), ports.places.repo, order);
    const path = tree?.path ?? left?.path ?? ports.worktrees.realPath(ports.places.absolute(template));
    places.set(order, { worktree: ports.places.relative(path), branch, base: left?.base ?? from.commit });
  }
  return { placeOf: (order) => places.get(order) as Place, beginnings };
}

/** Returns the branches with work on the orders that their claims do not continue. */
export async function straysOf(
  ports: Ports,
  orders: readonly OrderId[],
  placeOf: (order: OrderId) => Place,
  beginnings: OwnPlaces['beginnings'],
  named: readonly BranchTip[],
): Promise<readonly Stray[]> {
  if (named.length === 0) return [];
  const found = orders.map((order) => {
    const { branch } = placeOf(order);
    const isContinued = beginnings.get(order)?.isContinued === true;
    return straysBeside(ports, order, branch, isContinued ? named.filter((one) => one.branch !== branch) : named);
  });
  return (await Promise.all(found)).flat();
}

/** Returns the branch at a remote that a new claim continues; null if there is none, or several. */
export async function continuedAt(
  ports: Ports,
  order: OrderId,
  wanted: string,
  named: readonly BranchTip[],
): Promise<BranchTip | null> {
  const remote = named.filter(({ remote, branch }) => remote !== null && !named.some((one) => isLocal(one, branch)));
  return remote.length === 0
    ? null
    : continuedBranch(order, wanted, await straysBeside(ports, order, null, remote), ports.settings.branch);
}

function isLocal({ remote, branch }: BranchTip, name: string): boolean {
  return remote === null && branch === name;
}

/** Returns what an earlier claim left to continue with; null if it left no branch. `path`: where its worktree is, or was. */
async function leftBy(ports: Ports, record: ClaimRecord, trees: readonly Worktree[]) {
  if (record.branch === null) return null;
  const { order, holder } = record;
  // A commit of another clone need not be here.
  const base = worksElsewhere(ports, holder) ? null : record.base;
  const path = treeOf(ports, record);
  // Another repository of which this one is a copy, say, may have its own worktree there.
  const isThere = path !== null && ports.places.isThere(path);
  // Where an agent has a place of its own it may not enter others, and a worktree that is gone is made again there.
  const isFree = isThere ? ports.worktrees.isHere(path) : !hasOwnPlace(ports);
  const place = { base, path: isFree ? path : null };
  if ((await ports.branches.tip(record.branch)) !== null)
    return (await isOthersBranch(ports, order, record.branch)) ? null : { ...place, branch: record.branch };
  const tree = trees.find((one) => one.path === path && !one.isMissing && !one.isMain);
  const renamed = tree?.branch ?? null;
  return renamed === null || (await isOfOtherWork(ports, record, renamed)) ? null : { ...place, branch: renamed };
}

function hasOwnPlace(ports: Ports): boolean {
  const { settings } = ports;
  return settings.worktreesOf(readerOf(ports)?.agent ?? null) !== settings.worktreesOf(null);
}

/**
 * Returns whether a live claim of another order has this branch. A claim made with `--no-worktree` records a branch that was not
 * made for its order, and another order may have it by now.
 */
async function isOthersBranch(ports: Ports, order: OrderId, branch: string): Promise<boolean> {
  if (isBranchOf(order, branch, ports.settings.branch)) return false;
  const { readings } = await ports.registry.survey();
  return [...currentIn(readings).values()].some(
    (other) => other.kind === 'record' && other.record.order !== order && other.record.branch === branch,
  );
}

function noBase(base: string | null): ClaimError {
  if (base !== null) return new ClaimError({ code: 'usage', kind: 'base-unknown', text: base });
  return new ClaimError({ code: 'git', kind: 'no-commit' });
}
