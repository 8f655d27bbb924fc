import type { Oid, OrderId } from '../core/ids.ts';

/** A remote whose fetch writes over claims and, with `--prune`, deletes those that it does not have. */
export type PruningRemote = { readonly remote: string; readonly refspec: string };

/** What the guard reads of refs, from git's files and without a process, and what it mends. */
export interface GuardedRefs {
  /** Returns the branch's commit; null if there is no such branch, undefined if files do not tell. */
  tip(branch: string): Oid | null | undefined;
  /** Returns the last line of the branch's reflog; null without one. */
  lastMove(branch: string): { readonly by: string; readonly at: string } | null;
  /** Returns the branch that a worktree is on; null if there is none. */
  branchOf(worktree: string): string | null;
  /** Returns whether the last thing that happened to a worktree's HEAD led to this commit. */
  isHeadOf(worktree: string, commit: Oid): boolean;
  /** Makes a claim's deleted ref point at its last record again, if git still has that; a reading shows whether it does. */
  putBack(order: OrderId, oid: Oid): Promise<void>;
  /** Returns the remotes whose configured fetch covers claim refs, as that of a mirror does. */
  prunedBy(): Promise<readonly PruningRemote[]>;
}
