import { isLive, type Witnessed } from '../../core/claim/record.ts';
import { doneRef } from '../../core/claim/refs.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId, SessionId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { isBranchOf } from '../../core/trees/branch-name.ts';
import { hasUnsaved, type TreeContents } from '../../core/trees/contents.ts';
import type { LockReason } from '../../core/trees/lock-reason.ts';
import { isDefaultKnown } from '../../ports/branches.ts';
import type { Discarded, Going, SetAside, Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';
import { letMergedGo } from './finished.ts';
import { claimIn, neighboursClaim, othersClaim, ownTreeOf } from './own-tree.ts';

/** What became of a worktree and of everything in it. */
export type Removed = {
  readonly kind: 'removed';
  readonly order: OrderId;
  readonly path: string;
  /** The ref under which unsaved work was kept, or null. */
  readonly saved: string | null;
  /** The ref that keeps commits which only this worktree named, or null. */
  readonly keptCommits: string | null;
  /** The branch, if it was merged and therefore deleted too. */
  readonly deletedBranch: string | null;
  /** Its tip, because after a squash nothing else leads to its commits. */
  readonly deletedTip: Oid | null;
  /** The branch that stays. */
  readonly branch: string | null;
  /** How many of its commits are not merged. */
  readonly unmergedCommits: number;
  /** Whether it stays because no branch is known to be the default one. */
  readonly isDefaultUnknown: boolean;
  /** The ref that keeps the order's finished work, if that is not merged. */
  readonly finished: string | null;
  /** The ignored files that went with it and that the main worktree does not have: their number, and the first names. */
  readonly ignored: { readonly count: number; readonly names: readonly string[] };
  /** How many stashes were made on its branch; they stay. */
  readonly stashes: number;
  /** Where what was written meanwhile lies, and how many files; null if there is nothing. */
  readonly left: { readonly path: string; readonly files: number } | null;
};

/**
 * Removes the worktree of an order. What exists nowhere else is never lost: changed files and a detached HEAD's commits keep it
 * where it is, unless `isSaving` keeps them under a ref first; what only its reflog and its own refs name is always kept.
 *
 * @throws ClaimError `illegal` for work that would be lost, `usage` if the order has no worktree, `git`
 */
export async function removeTree(ports: Ports, order: OrderId, isSaving: boolean): Promise<Removed | Refusal> {
  const seen = await mayRemove(ports, order, isSaving);
  if (seen.kind === 'refused') return seen;
  const { tree, claim, going } = seen;
  const aside = await ports.worktrees.setAside(tree.path, lockFor(ports, order, tree, claim));
  const outcome = await emptied(ports, { order, path: tree.path, going, isSaving }, aside);
  if (outcome.kind === 'refused') return outcome;
  const { contents, saved, keptCommits, discarded } = outcome;
  await ports.setup.forget(tree.path);
  const isDeleted = going.isBranchGoing && (await deleteBranch(ports, tree, claim, order));
  const kept = await letMergedGo(ports);
  const isStaying = tree.branch !== null && !isDeleted;
  const { ignored } = contents;
  const unmerged = isStaying && tree.head !== null ? await unmergedBelow(ports, tree.head) : 0;
  return {
    kind: 'removed',
    order,
    path: tree.path,
    saved,
    keptCommits,
    deletedBranch: isDeleted ? tree.branch : null,
    deletedTip: isDeleted ? tree.head : null,
    branch: isStaying ? tree.branch : null,
    unmergedCommits: unmerged,
    isDefaultUnknown: isStaying && !isDefaultKnown(await ports.branches.defaultBase()),
    finished: kept.has(order) && kept.get(order) !== tree.head ? doneRef(order) : null,
    ignored: isSaving ? ignored.large : { count: ignored.count, names: ignored.names },
    stashes: contents.stashes,
    left: discarded.kind === 'left' ? { path: discarded.path, files: discarded.files } : null,
  };
}

/** What may be removed, and what is in it. */
export type MayRemove = {
  readonly kind: 'removable';
  readonly claim: Witnessed | null;
  readonly tree: Worktree;
  readonly going: Going;
  readonly contents: TreeContents;
};

/**
 * Looks whether the worktree of an order may be removed. Changes nothing.
 *
 * @throws ClaimError as {@link removeTree}
 */
export async function mayRemove(ports: Ports, order: OrderId, isSaving: boolean): Promise<MayRemove | Refusal> {
  const seen = await removable(ports, order);
  if (seen.kind === 'refused') return seen;
  const { tree, claim } = seen;
  const going = await whatGoes(ports, order, tree, claim);
  const contents = await ports.worktrees.contents(tree.path, going);
  refuseLoss(order, tree.path, contents, isSaving);
  return { kind: 'removable', claim, tree, going, contents };
}

type Emptying = { readonly order: OrderId; readonly path: string; readonly going: Going; readonly isSaving: boolean };

type Emptied = {
  readonly kind: 'emptied';
  readonly contents: TreeContents;
  readonly saved: string | null;
  readonly keptCommits: string | null;
  readonly discarded: Exclude<Discarded, { kind: 'busy' }>;
};

/** Keeps what must be kept of a worktree that was set aside, and deletes it; puts it back if that may not be. */
async function emptied(ports: Ports, { order, path, going, isSaving }: Emptying, aside: SetAside): Promise<Emptied | Refusal> {
  let isGone = false;
  try {
    const contents = await ports.worktrees.contents(aside.path, going);
    refuseLoss(order, path, contents, isSaving);
    const isWorth = hasUnsaved(contents) || (isSaving && contents.ignored.small.length > 0);
    const saved = isWorth ? await ports.worktrees.save(aside.path, order, isSaving ? contents.ignored.small : []) : null;
    const keptCommits = contents.strays.length > 0 ? await ports.worktrees.keep(contents.strays, order) : null;
    // All this takes a while, and another session may have claimed the order since and work there now.
    const { readings } = await ports.registry.survey();
    const refused = othersClaim(ports, order, readings) ?? neighboursClaim(ports, order, path, readings);
    if (refused !== null) return refused;
    const discarded = aside.discard();
    if (discarded.kind === 'busy') throw new ClaimError({ code: 'illegal', kind: 'worktree-in-use', path });
    isGone = true;
    return { kind: 'emptied', contents, saved, keptCommits, discarded };
  } finally {
    if (!isGone) aside.putBack();
  }
}

type Removable = { readonly kind: 'removable'; readonly claim: Witnessed | null; readonly tree: Worktree };

async function removable(ports: Ports, order: OrderId): Promise<Removable | Refusal> {
  await ports.worktrees.recover();
  // All of them, because another order's claim may name the same worktree.
  const { readings } = await ports.registry.survey();
  const refused = othersClaim(ports, order, readings);
  if (refused !== null) return refused;
  const claim = claimIn(readings, order);
  const tree = await ownTreeOf(ports, order, claim);
  if (tree.lockText !== null && (tree.lock === null || tree.lock.maker !== null || tree.lock.isGoing))
    throw new ClaimError({ code: 'illegal', kind: 'worktree-locked', path: tree.path, lock: tree.lockText });
  return neighboursClaim(ports, order, tree.path, readings) ?? { kind: 'removable', claim, tree };
}

/**
 * Returns whether the branch goes with its worktree. It does if it was made for the order, is merged, and the commit that the
 * order was finished with is merged too, wherever the branch has been moved since.
 */
async function whatGoes(ports: Ports, order: OrderId, { branch, head }: Worktree, claim: Witnessed | null): Promise<Going> {
  const tip = claim?.record.tip ?? null;
  const isOver = claim === null || !isLive(claim.record);
  if (!isOver || branch === null || head === null || !isBranchOf(order, branch, ports.settings.branch))
    return { branch, tip, isBranchGoing: false };
  const unmerged = await ports.branches.unmerged([...new Set([head, ...(tip === null ? [] : [tip])])]);
  return { branch, tip, isBranchGoing: unmerged.size === 0 };
}

async function unmergedBelow(ports: Ports, head: Oid): Promise<number> {
  return (await ports.branches.unmerged([head])).size === 0 ? 0 : ports.branches.unmergedCount(head);
}

/** Deletes the branch unless it has moved, the order was claimed again, or another worktree is on it. */
async function deleteBranch(ports: Ports, tree: Worktree, claim: Witnessed | null, order: OrderId): Promise<boolean> {
  const { branch, head } = tree;
  if (branch === null || head === null) return false;
  if ((await ports.worktrees.list()).some((other) => other.branch === branch)) return false;
  return ports.branches.remove(branch, head, { order, oid: claim?.oid ?? null });
}

/** @throws ClaimError `illegal` if the removal would lose what is in the worktree */
function refuseLoss(order: OrderId, path: string, contents: TreeContents, isSaving: boolean): void {
  const { inner, files, hidden, operation, detached } = contents;
  if (inner.length > 0) throw new ClaimError({ code: 'illegal', kind: 'inner-work', worktree: path, inner });
  if (isSaving || !hasUnsaved(contents)) return;
  throw new ClaimError({ code: 'illegal', kind: 'unsaved-work', order, path, files, hidden, operation, commits: detached });
}

function lockFor(ports: Ports, order: OrderId, tree: Worktree, claim: Witnessed | null): LockReason {
  const session = claim?.record.holder.id ?? tree.lock?.session ?? NOBODY;
  return { order, generation: claim?.record.generation ?? 0, session, maker: ports.self(), isGoing: true };
}

/** Stands in a lock for a holder whose record is gone. */
const NOBODY = 'nobody' as SessionId;
