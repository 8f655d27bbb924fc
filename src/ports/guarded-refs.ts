import type { Pushed } from '../core/guard/moved-ref.ts';
import type { Oid, OrderId } from '../core/ids.ts';

/** A remote whose fetch writes over claims and, with `--prune`, deletes those that it does not have. */
export type PruningRemote = { readonly remote: string; readonly refspec: string };

/** A line of a reflog. */
export type RefStep = {
  readonly from: Oid;
  readonly to: Oid;
  readonly by: string;
  readonly message: string;
  readonly at: string;
};

/** What the guard reads of refs, from git's files and without a process, and what it mends. */
export interface GuardedRefs {
  /** Returns the branch's commit; null if there is no such branch, undefined if files do not tell. */
  tip(branch: string): Oid | null | undefined;
  /** Returns the commit that a completed order's ref keeps; null if there is none, undefined if files do not tell. */
  kept(order: OrderId): Oid | null | undefined;
  /** Returns where the remotes that are configured have the branch; null if files do not tell, or would take long to search. */
  pushed(branch: string): Pushed | null;
  isRemote(name: string): boolean;
  /** Returns the name of an order's claim ref. */
  refOf(order: OrderId): string;
  /** Returns the last lines of a ref's reflog, oldest first. */
  steps(ref: string): readonly RefStep[];
  /** Returns the branch that a worktree is on; null if there is none. */
  branchOf(worktree: string): string | null;
  /** Returns whether the last thing that happened to a worktree's HEAD led to this commit, or something of late did. */
  isHeadOf(worktree: string, commit: Oid, when?: 'last' | 'of-late'): boolean;
  /** Returns whether git-claim's hooks are set up, which note what a session commits and pushes. */
  areNoted(): boolean;
  /** Makes a claim's deleted ref point at its last record again, if git still has that; a reading shows whether it does. */
  putBack(order: OrderId, oid: Oid): Promise<void>;
  /** Returns the remotes whose configured fetch covers claim refs, as that of a mirror does. */
  prunedBy(): Promise<readonly PruningRemote[]>;
}
