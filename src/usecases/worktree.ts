import { isLive, type Witnessed } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { isBranchOf } from '../core/trees/branch-name.ts';
import type { Reading } from '../ports/registry.ts';
import type { UnsavedWork, Worktree } from '../ports/worktrees.ts';
import { askerOf, readerOf } from './caller/asker.ts';
import { treeOf as placeOf } from './caller/tree.ts';
import { isMine, relationTo } from './evidence/observe.ts';
import { parseOrders } from './orders/selection.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import { noteChanges } from './ownership/note-change.ts';
import { notUnderstood, refusalOf } from './ownership/refuse.ts';
import type { Ports } from './ports.ts';
import { ownPlaces } from './trees/places.ts';
import { setUp, setUpIfPending } from './trees/set-up.ts';
import { settle } from './trees/settle.ts';
import type { Warning } from './warning.ts';

export type WorktreeRow = {
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
  /** The order whose claim names this worktree, or did so last. */
  readonly order: OrderId | null;
  readonly session: string | null;
  readonly state: string | null;
  readonly mine: boolean;
  readonly isMissing: boolean;
  readonly lock: string | null;
};

export type WorktreeRows = {
  readonly kind: 'worktrees';
  readonly worktrees: readonly WorktreeRow[];
  readonly warnings: readonly Warning[];
};

/** Lists the repository's worktrees with the claims that name them. */
export async function listWorktrees(ports: Ports): Promise<WorktreeRows> {
  const [trees, { readings }] = await Promise.all([ports.worktrees.list(), ports.registry.survey()]);
  const asker = readerOf(ports);
  const claims = [...readings.values()].flatMap((one) =>
    one.kind === 'record' ? [{ ...one, path: placeOf(ports, one.record) }] : [],
  );
  const rows = trees.map((tree) => {
    const named = claims.filter(({ path }) => path === tree.path);
    const claim = named.find(({ record }) => isLive(record)) ?? named[0] ?? null;
    return row(tree, claim, claim !== null && asker !== null && isMine(relationTo(ports, claim, asker)));
  });
  return { kind: 'worktrees', worktrees: rows, warnings: [] };
}

/** Makes the worktree of an order that the caller holds, if it was claimed for another one, or if its folder is gone. */
export async function addWorktree(ports: Ports, text: string): Promise<WorktreeRows | Refusal> {
  const orders = parseOrders(ports, [text]);
  const asker = askerOf(ports);
  const gather: Gather = async (readings) => {
    const { placeOf } = await ownPlaces(ports, null, (await ports.orders.find(orders)).titles, readings);
    return (order) => ({ place: placeOf(order) });
  };
  const outcome = await carryOut(ports, { asker, command: 'renew', orders, gather });
  if (outcome.kind === 'refused') return { ...outcome, command: 'worktree add' };
  const warnings = await settle(
    ports,
    asker,
    outcome.claims.map((one) => ({ ...one, isAlready: true })),
  );
  noteChanges(ports, asker, outcome);
  const [made] = outcome.claims;
  const path = (made && placeOf(ports, made.now.record)) ?? ports.places.mainDir;
  const [order] = orders as [OrderId];
  return {
    ...(await rowsOf(ports, path)),
    warnings: [...outcome.warnings, ...warnings, ...(await setUpIfPending(ports, order, path))],
  };
}

export type Removed = {
  readonly kind: 'removed';
  readonly order: OrderId;
  readonly path: string;
  /** The ref under which unsaved work was kept, or null. */
  readonly saved: string | null;
  /** The branch, if it was merged and therefore deleted too. */
  readonly deletedBranch: string | null;
  /** Its tip, because after a squash nothing else leads to its commits. */
  readonly deletedTip: Oid | null;
};

/**
 * Removes the worktree of an order. Changed files and commits that exist nowhere else are never lost: `isSaving` keeps them under
 * a ref first.
 *
 * @throws ClaimError `illegal` for such files and commits without `isSaving`, `usage` if the order has no worktree, `git`
 */
export async function removeWorktree(ports: Ports, text: string, isSaving: boolean): Promise<Removed | Refusal> {
  const [order] = parseOrders(ports, [text]) as [OrderId];
  const seen = await removable(ports, order);
  if (seen.kind === 'refused') return seen;
  const { tree } = seen;
  const work = await unmergedWork(ports, tree);
  const hasWork = work.dirtyFiles.length > 0 || work.unpushedCommits > 0;
  if (hasWork && !isSaving) throw unsaved(order, tree.path, work.dirtyFiles, work.unpushedCommits);
  const saved = hasWork ? await ports.worktrees.save(tree.path, order) : null;
  // Saving takes a while, and another session may have claimed the order since and work there now.
  const still = await removable(ports, order);
  if (still.kind === 'refused') return still;
  const { claim } = still;
  const isOver = claim === null || !isLive(claim.record);
  const merged = isOver ? await mergedBranch(ports, order, tree) : null;
  const kept = await ports.worktrees.remove(tree.path, order, saved !== null);
  if (kept !== null) throw new ClaimError({ code: 'git', kind: 'worktree-not-removed', path: tree.path, said: kept });
  await ports.setup.forget(tree.path);
  const deleted = merged !== null && (await ports.branches.remove(merged.branch, merged.head)) ? merged : null;
  const { branch: deletedBranch, head: deletedTip } = deleted ?? { branch: null, head: null };
  return { kind: 'removed', order, path: tree.path, saved, deletedBranch, deletedTip };
}

/** Commits count as kept if their work was squashed or rebased into the default branch. */
async function unmergedWork(ports: Ports, { path, head }: Worktree): Promise<UnsavedWork> {
  const work = await ports.worktrees.unsavedWork(path, (await ports.branches.defaultBase())?.commit ?? null);
  if (work.unpushedCommits === 0 || head === null || !(await isMerged(ports, head))) return work;
  return ports.worktrees.unsavedWork(path, head);
}

async function isMerged(ports: Ports, commit: Oid): Promise<boolean> {
  return !(await ports.branches.unmerged([commit])).has(commit);
}

type Removable = { readonly kind: 'removable'; readonly claim: Witnessed | null; readonly tree: Worktree };

async function removable(ports: Ports, order: OrderId): Promise<Removable | Refusal> {
  // All of them, because another order's claim may name the same worktree.
  const { readings } = await ports.registry.survey();
  const refused = othersClaim(ports, order, readings);
  if (refused !== null) return refused;
  const claim = claimIn(readings, order);
  const tree = await treeOf(ports, order, claim);
  const neighbour = [...readings.values()].find((other) => other.kind === 'record' && isWorkedOn(ports, other, tree, order));
  if (neighbour?.kind !== 'record') return { kind: 'removable', claim, tree };
  return refusalOf(ports, readerOf(ports), 'worktree', 'held', neighbour.record.order, readings);
}

/** Sets up the worktree of an order, again or for the first time: copies listed files that are missing, and runs the commands. */
export async function setUpWorktree(ports: Ports, text: string): Promise<WorktreeRows | Refusal> {
  const [order] = parseOrders(ports, [text]) as [OrderId];
  const { readings } = await ports.registry.survey([order]);
  const refused = othersClaim(ports, order, readings);
  if (refused !== null) return refused;
  const { path } = await treeOf(ports, order, claimIn(readings, order));
  const warnings = await setUp(ports, order, path);
  return { ...(await rowsOf(ports, path)), warnings };
}

/** A worktree belongs to the holder of its order, and without a claim to anybody. */
function othersClaim(ports: Ports, order: OrderId, readings: ReadonlyMap<OrderId, Reading>): Refusal | null {
  const refused = notUnderstood(ports, null, 'release', order, readings);
  if (refused !== null) return refused;
  const claim = claimIn(readings, order);
  const asker = readerOf(ports);
  const isOthers = claim !== null && isLive(claim.record) && (asker === null || !isMine(relationTo(ports, claim, asker)));
  return isOthers ? refusalOf(ports, asker, 'worktree', 'held', order, readings) : null;
}

function claimIn(readings: ReadonlyMap<OrderId, Reading>, order: OrderId): Witnessed | null {
  const reading = readings.get(order);
  return reading?.kind === 'record' ? reading : null;
}

async function rowsOf(ports: Ports, path: string): Promise<WorktreeRows> {
  const all = await listWorktrees(ports);
  return { ...all, worktrees: all.worktrees.filter((tree) => tree.path === path) };
}

/** Returns whether the claim is for another order in the same worktree. */
function isWorkedOn(ports: Ports, { record }: Witnessed, { path }: Worktree, order: OrderId): boolean {
  return record.order !== order && isLive(record) && placeOf(ports, record) === path;
}

/**
 * Returns the branch to delete and its tip; null if it was not made for the order: a claim's worktree may also be on the default
 * branch, which always counts as merged.
 */
async function mergedBranch(ports: Ports, order: OrderId, { branch, head }: Worktree) {
  if (branch === null || head === null || !isBranchOf(order, branch)) return null;
  return (await isMerged(ports, head)) ? { branch, head } : null;
}

export type Pruned = { readonly kind: 'pruned'; readonly paths: readonly string[] };

/** Forgets worktrees whose folders are gone, and half-made ones whose makers have exited. */
export async function pruneWorktrees(ports: Ports): Promise<Pruned> {
  return { kind: 'pruned', paths: await ports.worktrees.prune() };
}

async function treeOf(ports: Ports, order: OrderId, claim: Witnessed | null): Promise<Worktree> {
  const trees = (await ports.worktrees.list()).filter(({ isMain, isMissing }) => !isMain && !isMissing);
  const named = claim === null ? null : placeOf(ports, claim.record);
  const tree = trees.find(({ path, lock }) => path === named || lock?.order === order);
  if (tree !== undefined) return tree;
  throw new ClaimError({ code: 'usage', kind: 'no-own-worktree', order });
}

function unsaved(order: OrderId, path: string, files: readonly string[], commits: number): ClaimError {
  return new ClaimError({ code: 'illegal', kind: 'unsaved-work', order, path, files, commits });
}

function row(tree: Worktree, claim: Witnessed | null, mine: boolean): WorktreeRow {
  return {
    path: tree.path,
    branch: tree.branch,
    head: tree.head,
    order: claim?.record.order ?? tree.lock?.order ?? null,
    session: claim?.record.holder.id ?? tree.lock?.session ?? null,
    state: claim?.record.state ?? null,
    mine,
    isMissing: tree.isMissing,
    lock: tree.lockText,
  };
}
