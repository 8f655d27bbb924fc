import type { DirtyFile } from '../core/check/facts.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { LockReason } from '../core/trees/lock-reason.ts';

export type Worktree = {
  /** Absolute. */
  readonly path: string;
  readonly head: Oid | null;
  /** Without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  readonly isMain: boolean;
  readonly isBare: boolean;
  /** Null if it is not locked. */
  readonly lockText: string | null;
  /** What the lock says, if it is one of ours. */
  readonly lock: LockReason | null;
  /** Whether its folder is missing, or holds a worktree of another repository. */
  readonly isMissing: boolean;
};

/** Work that exists only in this worktree. */
export type UnsavedWork = {
  /** Changed, staged and untracked files, relative to the worktree; ignored files do not count. */
  readonly dirtyFiles: readonly string[];
  /** Commits that no remote branch contains, nor the commit that counts as kept. */
  readonly unpushedCommits: number;
};

/** The branch of a worktree, and the files that differ from its commit. */
export type TreeStatus = {
  /** Without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  /** Staged, changed, missing and untracked files, relative to the worktree, without ignored ones. */
  readonly changes: readonly { readonly path: string; readonly isTracked: boolean }[];
};

export interface Worktrees {
  /** Lists the worktrees where they are now. If one was moved, git is told of its new place. */
  list(): Promise<Worktree[]>;
  /** Returns where the worktree is that a claim's record expects at a path; the same path if it is nowhere else. */
  find(path: string, order: OrderId, branch: string | null): string;
  /** Returns whether a worktree of this repository is at a path: not just a folder, or another repository's worktree. */
  isHere(path: string): boolean;
  /** Returns the folder of which the present worktree is a copy, so that both share one index and HEAD; null if it is none. */
  copiedFrom(): string | null;
  /** Returns the path under which a worktree made there will be listed, which has no symbolic links. */
  realPath(path: string): string;
  /** Makes a worktree for an existing branch, locked from the start. Returns null, or git's message why not. */
  add(path: string, branch: string, lock: LockReason): Promise<string | null>;
  /**
   * Repairs what a killed process left at this path: finishes a worktree without a checkout, removes a registration without a
   * worktree. Before that, it saves under a ref whatever differs from the branch's content. It also removes registrations that
   * keep the path or the branch for a worktree that is gone, as git's own prune does.
   *
   * @returns that ref; null if there was nothing to save
   */
  repair(path: string, order: OrderId, branch: string): Promise<string | null>;
  /** Locks a worktree with this reason, in place of an older one of ours. Returns whether it did; another tool's lock stays. */
  lock(path: string, reason: LockReason): boolean;
  /** Unlocks a worktree that is locked for this order. A lock for another order stays. */
  unlock(path: string, order: OrderId): void;
  /** @throws ClaimError `git` */
  status(path: string): Promise<TreeStatus>;
  /** Returns the files that differ from the worktree's commit, also untracked ones; null if git took too long. Writes nothing. */
  dirtyFiles(path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null>;
  /** @param pushed a commit that counts as kept, like the branches of all remotes: the tip of the default branch */
  unsavedWork(path: string, pushed: Oid | null): Promise<UnsavedWork>;
  /**
   * Commits the whole state of the worktree, untracked files included, under a new ref, and leaves the worktree as it is.
   *
   * @returns the ref, or an existing one that already keeps this very state
   */
  save(path: string, order: OrderId): Promise<string>;
  /** Keeps a commit under a ref. Returns the ref, or an existing one that already keeps it. */
  keep(commit: Oid, order: OrderId): Promise<string>;
  /** Removes the worktree, but if it is dirty only with `isSaved`. Returns null, or why not. */
  remove(path: string, order: OrderId, isSaved: boolean): Promise<string | null>;
  /** Forgets worktrees whose folders are missing, and half-made ones whose makers have ended; returns their paths. */
  prune(): Promise<string[]>;
}
