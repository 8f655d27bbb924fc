import type { ClaimView } from '../../core/claim/view.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Ports } from '../ports.ts';

/**
 * What an ended claim leaves behind: `unmerged` work on its branch and a worktree of its own, the same without one
 * (`unmerged-branch`), or a `removable` worktree, in which nothing was done or whose work is on the default branch; null if it is
 * none of these, or not known.
 */
export type Remainder = 'unmerged' | 'unmerged-branch' | 'removable' | null;

/** Returns whether the claim's worktree is its own and exists. */
export function hasOwnTree({ places }: Ports, { worktree }: ClaimView): boolean {
  return worktree !== null && worktree !== places.mainDir && places.isThere(worktree);
}

/** Returns `removable` for a worktree that nothing was done in. A claim that is given back needs no more. */
export async function leftUntouched(ports: Ports, view: ClaimView): Promise<Remainder> {
  const { worktree, branch, base } = view;
  if (worktree === null || branch === null || base === null || !hasOwnTree(ports, view)) return null;
  try {
    if ((await ports.branches.tip(branch)) !== base) return null;
    return (await ports.worktrees.status(worktree)).changes.length === 0 ? 'removable' : null;
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return null;
  }
}
