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
  /** Null when it is not locked. */
  readonly lockText: string | null;
  /** What the lock says when it is one of ours. */
  readonly lock: LockReason | null;
  /** Its folder is gone. */
  readonly isMissing: boolean;
};

/** Work in a tree that exists nowhere else. */
export type UnsavedWork = {
  /** Changed, staged and untracked files, relative to the tree; ignored files do not count. */
  readonly dirtyFiles: readonly string[];
  /** Commits on no remote and not below the commit that counts as kept. */
  readonly unpushedCommits: number;
};

/** Where a tree stands, and which of its files differ from that. */
export type TreeStatus = {
  /** Without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  /** Staged, changed, missing and unknown files, relative to the tree; ignored ones are none. */
  readonly changes: readonly { readonly path: string; readonly isTracked: boolean }[];
};

export interface Worktrees {
  list(): Promise<Worktree[]>;
  /** Returns the path under which a tree made here will be listed: the same, without symbolic links. */
  realPath(path: string): string;
  /** Makes a tree for an existing branch, locked from its first moment on; returns null, or git's word for why not. */
  add(path: string, branch: string, lock: LockReason): Promise<string | null>;
  /**
   * Clears what a killed maker left at this path: a tree without a checkout is finished, a registration without a tree removed.
   * Whatever in it is not the branch's own content is saved under a ref first.
   *
   * @returns the ref something was saved under, null when there was nothing to save
   */
  mend(path: string, order: OrderId): Promise<string | null>;
  /** Locks a tree with this reason, in the place of an older one of ours; somebody else's lock stays. Returns whether it is locked so. */
  lock(path: string, reason: LockReason): boolean;
  /** Unlocks a tree that is locked for this order; a lock for another one that is worked on there stays. */
  unlock(path: string, order: OrderId): void;
  /** @throws ClaimError `git` */
  status(path: string): Promise<TreeStatus>;
  /** Returns the files of a tree that differ from its commit, untracked ones included; null when git did not say in time. Writes nothing. */
  dirtyFiles(path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null>;
  /** @param pushed a commit that counts as kept besides all remotes' branches: the default branch's */
  unsavedWork(path: string, pushed: Oid | null): Promise<UnsavedWork>;
  /**
   * Commits the tree's whole state, untracked files included, under a new ref, and leaves the tree as it is.
   *
   * @returns the ref; the one that keeps this very state already, where there is one
   */
  save(path: string, order: OrderId): Promise<string>;
  /** Keeps a commit under a ref; returns the ref, the one there is already where the commit is kept so. */
  keep(commit: Oid, order: OrderId): Promise<string>;
  /** Removes the tree; refuses by itself when it is dirty, unless everything was saved. Returns null, or why not. */
  remove(path: string, order: OrderId, isSaved: boolean): Promise<string | null>;
  /** Forgets trees whose folders are gone, and half-made ones whose makers are; returns their paths. */
  prune(): Promise<string[]>;
}
