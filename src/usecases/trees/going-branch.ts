import { isLive, type Witnessed } from '../../core/claim/record.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import { isBranchOf } from '../../core/trees/branch-name.ts';
import type { Going, Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';

/**
 * Returns whether the branch goes with its worktree. It does if it was made for the order, is merged, and the commit that the
 * order was finished with is merged too, wherever the branch has been moved since.
 */
export async function whatGoes(
  ports: Ports,
  order: OrderId,
  { branch, head }: Worktree,
  claim: Witnessed | null,
): Promise<Going> {
  const tip = claim?.record.tip ?? null;
  const isOver = claim === null || !isLive(claim.record);
  if (!isOver || branch === null || head === null || !isBranchOf(order, branch, ports.settings.branch))
    return { branch, tip, isBranchGoing: false };
  const unmerged = await ports.branches.unmerged([...new Set([head, ...(tip === null ? [] : [tip])])]);
  return { branch, tip, isBranchGoing: unmerged.size === 0 };
}

/** Returns how many commits of a branch that stays are not merged. */
export async function unmergedBelow(ports: Ports, head: Oid): Promise<number> {
  return (await ports.branches.unmerged([head])).size === 0 ? 0 : ports.branches.unmergedCount(head);
}

/** Deletes the branch unless it has moved, the order was claimed again, or another worktree is on it. */
export async function deleteBranch(ports: Ports, tree: Worktree, claim: Witnessed | null, order: OrderId): Promise<boolean> {
  const { branch, head } = tree;
  if (branch === null || head === null) return false;
  if ((await ports.worktrees.list()).some((other) => other.branch === branch)) return false;
  return ports.branches.remove(branch, head, { order, oid: claim?.oid ?? null });
}

/** Returns whether origin's default branch, which is known here, does not have a commit that is merged here. */
export async function isOnlyHere(ports: Ports, commit: Oid | null): Promise<boolean> {
  return commit !== null && (await ports.branches.unpublished([commit])).has(commit);
}
