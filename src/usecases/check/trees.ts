import { byText } from '../../core/by-text.ts';
import type { CheckedTree } from '../../core/check/facts.ts';
import { orderOfBranch } from '../../core/check/naming.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sessionIdOf } from '../../core/session/key.ts';
import { parseInstant } from '../../core/time.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { stayOfHolder, staysSeen } from './stays.ts';

export type CheckedTrees = { readonly trees: readonly CheckedTree[]; readonly warnings: readonly Warning[] };

/** Nobody works in more worktrees than this. Those with claims come first. */
const TREES_MAX = 60;
/** Each git looks at every file of a worktree. More at once only slow each other down. */
const AT_ONCE = 4;
/** A worktree that takes longer is on a slow disk. */
export const TREE_MS = 1_500;

/**
 * Looks in every worktree for files that differ from its commit.
 *
 * @param isOrderFile returns whether a file is an order's, which mirrors write
 */
export async function checkTrees(
  ports: Ports,
  asker: Identity | null,
  claims: readonly ClaimView[],
  isOrderFile: (file: string) => boolean,
): Promise<CheckedTrees> {
  const isClaimed = ({ path }: Worktree) => claims.some(({ worktree }) => worktree === path);
  const open = (await ports.worktrees.list()).filter(({ isMissing, isBare }) => !isMissing && !isBare);
  const chosen = [...open.filter(isClaimed), ...open.filter((tree) => !isClaimed(tree))].slice(0, TREES_MAX);
  const trees: CheckedTree[] = [];
  const slow: string[] = [];
  const queue = chosen.values();
  const work = async () => {
    for (const tree of queue) {
      const dirty = await ports.worktrees.dirtyFiles(tree.path, TREE_MS);
      if (dirty === null) slow.push(tree.path);
      trees.push(
        ownedBy(
          ports,
          asker,
          claims,
          tree,
          (dirty ?? []).filter(({ path }) => !isOrderFile(path)),
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const warnings = slow.map((path) => ({ code: 'slow-tree' as const, path, ms: TREE_MS }));
  return { trees: trees.sort(byText(({ path }) => path)), warnings };
}

/** Finds out whose a worktree is by the live claims that name it and by its bindings, and who was there when. */
function ownedBy(
  ports: Ports,
  asker: Identity | null,
  claims: readonly ClaimView[],
  tree: Worktree,
  dirty: CheckedTree['dirty'],
): CheckedTree {
  const isHere = tree.path === ports.places.topLevel;
  const there = claims.filter(({ worktree, state }) => worktree === tree.path && (state === 'active' || state === 'blocked'));
  const bound = ports.bindings.read(isHere ? null : tree.path);
  const lastBound = bound.findLast(({ key }) => key !== asker?.key);
  const mine = there.find((claim) => claim.mine);
  const { idPattern } = ports.settings;
  return {
    path: tree.path,
    head: tree.head,
    branch: tree.branch,
    isHere,
    order: there[0]?.order ?? bound[0]?.order ?? (tree.branch === null ? null : orderOfBranch(tree.branch, idPattern)),
    session: lastBound === undefined ? null : sessionIdOf(lastBound.key),
    stays: [...staysSeen(ports, asker, tree.path), ...there.filter((claim) => !claim.mine).flatMap(stayOfHolder)],
    isMine: mine !== undefined,
    mineSinceMs: mine === undefined ? null : parseInstant(mine.claimedAt ?? ''),
    dirty,
  };
}
