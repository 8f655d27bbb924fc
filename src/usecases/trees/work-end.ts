import { orderOfBranch } from '../../core/check/naming.ts';
import { currentIn } from '../../core/claim/board.ts';
import type { Place } from '../../core/claim/compose.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid } from '../../core/ids.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';

/**
 * Where the work of a claim ends: its last commit (null if unknown), and the branch that has it. `isMoved`: the claim's own
 * branch does not have that commit.
 */
export type WorkEnd = Pick<Place, 'branch'> & { readonly tip: Oid | null; readonly isMoved: boolean };

/**
 * Returns where the work of a claim ends. That is its branch; but if the branch of its worktree was renamed, or the work went on
 * under another branch or on none, it is the worktree's HEAD.
 *
 * @param tree its worktree, if there is one
 * @throws ClaimError `illegal` if both have commits that the other lacks
 */
export async function workEnd(ports: Ports, claim: ClaimRecord, tree: Worktree | null): Promise<WorkEnd> {
  const { branch } = claim;
  if (branch === null) return { branch, tip: tree?.head ?? (await headHere(ports, claim)), isMoved: false };
  const tip = await ports.branches.tip(branch);
  const head = tree?.head ?? null;
  const own = { branch, tip, isMoved: false };
  if (tree === null || head === null || tree.branch === branch || head === tip) return own;
  if (await isOfOtherWork(ports, claim, tree.branch)) return own;
  const moved = { branch: tree.branch ?? branch, tip: head, isMoved: true };
  if (tip === null || (await ports.branches.contains(head, tip))) return moved;
  if (await ports.branches.contains(tip, head)) return own;
  throw new ClaimError({
    code: 'illegal',
    kind: 'work-forked',
    order: claim.order,
    branch,
    actual: tree.branch,
    worktree: tree.path,
  });
}

/** A caller may name any folder as its worktree by GIT_WORK_TREE. */
async function headHere(ports: Ports, claim: ClaimRecord): Promise<Oid | null> {
  return claim.worktree !== null && treeOf(ports, claim) === ports.places.topLevel ? (await ports.branches.head()).commit : null;
}

/** Returns whether a branch is the default one, or another order's. What is there is not this order's work. */
export async function isOfOtherWork(ports: Ports, { order }: ClaimRecord, branch: string | null): Promise<boolean> {
  if (branch === null) return false;
  const named = orderOfBranch(branch, ports.settings.idPattern);
  if (named !== null && named !== order) return true;
  const base = await ports.branches.defaultBase();
  if (base?.name.replace(/^origin\//, '') === branch) return true;
  const { readings } = await ports.registry.survey();
  return [...currentIn(readings).values()].some(
    (one) => one.kind === 'record' && one.record.order !== order && one.record.branch === branch,
  );
}
