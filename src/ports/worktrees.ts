import type { DirtyFile } from '../core/check/facts.ts';
import type { InnerWork } from '../core/failures/why.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { TreeContents } from '../core/trees/contents.ts';
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

/** How much work a worktree holds, for whoever takes it over. */
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

/** Work in a worktree that `git status` may not show. */
export type Overlooked = {
  /** Changed files that git was told to overlook. */
  readonly hidden: readonly string[];
  /** Submodules with work that exists nowhere else. */
  readonly inner: readonly InnerWork[];
};

/** What the caller knows of a worktree that is to go. */
export type Going = {
  readonly branch: string | null;
  /** Whether the branch goes too. */
  readonly isBranchGoing: boolean;
  /** The commit that the order's record names. */
  readonly tip: Oid | null;
};

/**
 * What was in a worktree at one time, to be compared with what is there later: names, as latin1 texts, and what shows that a file
 * changed.
 */
export type TreeLook = ReadonlyMap<string, string>;

/** What a removal leaves behind and takes away, noted for whoever recovers it if it is killed. */
export type Leaving = {
  /** The ref that keeps the work, or null. */
  readonly saved: string | null;
  /** The ignored files that go, and exist nowhere else: their number, and the first names. */
  readonly ignored: { readonly count: number; readonly names: readonly string[] };
};

/** A worktree on its way out. */
export type SetAside = {
  /** Where it is now. */
  readonly path: string;
  /** Returns the files and folders that were new or changed when it was set aside, compared with an earlier sight of it. */
  newSince(before: TreeLook): readonly string[];
  /** @throws ClaimError `git` if its place was taken meanwhile; then it stays where it is now */
  putBack(): void;
  /**
   * Deletes the files that were there when it was set aside and have not changed since, and its registration.
   *
   * @throws ClaimError `illegal` if something was mounted there meanwhile; nothing was deleted
   */
  discard(leaving: Leaving): Discarded;
};

export type Discarded =
  | { readonly kind: 'gone' }
  /** Something lies there now: it could not be deleted (`said`, in the system's words), or was written meanwhile (null). */
  | { readonly kind: 'left'; readonly path: string; readonly files: number; readonly said: string | null }
  /** Files and folders are new or have changed, or are open for writing. Nothing was deleted. */
  | { readonly kind: 'grown'; readonly files: readonly string[]; readonly open: readonly string[] }
  /** Something was staged, committed or begun there meanwhile. Nothing was deleted. */
  | { readonly kind: 'busy' };

/** What was done about a worktree that a killed process left half made or half removed, or whose folder is gone. */
export type Mended = {
  /**
   * `finished`: it is whole now. `put-back`: its removal was cut short. `forgotten`: it was registered, and is gone. `cleared`:
   * its removal is finished, and what was left is at `path`.
   */
  readonly kind: 'finished' | 'put-back' | 'forgotten' | 'cleared';
  readonly order: OrderId | null;
  readonly path: string;
  /** The ref that keeps its work, or null. */
  readonly ref: string | null;
  /** The ignored files that are gone, and exist nowhere else: their number, and the first names. */
  readonly ignored: { readonly count: number; readonly names: readonly string[] };
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
  /**
   * Lets git ignore a worktree that lies inside another one, so that no command there stages it.
   *
   * @throws Error if that cannot be written
   */
  ignoreInside(path: string): Promise<void>;
  /** Returns whether a worktree lies inside another one that does not ignore it. */
  isSeenInside(path: string): Promise<boolean>;
  /**
   * Makes a worktree for an existing branch, locked from the start. Returns null, or git's message why not.
   *
   * @param onProgress is told how far git is if that takes long; null if nobody wants to know
   */
  add(path: string, branch: string, lock: LockReason, onProgress: ((said: string) => void) | null): Promise<string | null>;
  /**
   * Repairs what a killed process left at this path: finishes a worktree without a checkout, removes a registration without a
   * worktree. Before that, it saves under a ref whatever differs from the branch's content. It also removes registrations that
   * keep the path or the branch for a worktree that is gone, as git's own prune does.
   */
  repair(path: string, order: OrderId, branch: string): Promise<readonly Mended[]>;
  /** Locks a worktree with this reason, in place of an older one of ours. Returns whether it did; another tool's lock stays. */
  lock(path: string, reason: LockReason): boolean;
  /** Unlocks a worktree that is locked for this order. A lock for another order stays. */
  unlock(path: string, order: OrderId): void;
  /** @throws ClaimError `git` */
  status(path: string): Promise<TreeStatus>;
  /** Returns the files that differ from the worktree's commit, also untracked ones; null if git took too long. Writes nothing. */
  dirtyFiles(path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null>;
  /** Returns when anything in the worktree was last changed, by the file system's clock; null if that cannot be seen. */
  lastChangeMs(path: string): Promise<number | null>;
  /** @param pushed a commit that counts as kept, like the branches of all remotes: the tip of the default branch */
  unsavedWork(path: string, pushed: Oid | null): Promise<UnsavedWork>;
  /**
   * Returns what is in a worktree besides the commits of its branch.
   *
   * @param path where it is now
   * @throws ClaimError `git` if any of it cannot be read: unknown is never nothing; `illegal` if anything is mounted there
   */
  contents(path: string, going: Going): Promise<TreeContents>;
  /** Looks at everything in a worktree. */
  look(path: string): Promise<TreeLook>;
  /** @throws ClaimError `git` */
  overlooked(path: string): Promise<Overlooked>;
  /** Returns how many stashes were made on a branch. They belong to all worktrees, and outlive each. */
  stashes(branch: string): Promise<number>;
  /**
   * Commits the whole state of the worktree, untracked files included, under a new ref, and leaves the worktree as it is. What
   * was staged and has changed since is kept beside it.
   *
   * @param ignored ignored files to keep too
   * @returns the ref, or an existing one that already keeps this very state
   */
  save(path: string, order: OrderId, ignored?: readonly string[]): Promise<string>;
  /** Returns the commits that only a branch's reflog names, which goes with the branch; those below them are left out. */
  strays(branch: string): Promise<readonly Oid[]>;
  /** Keeps at least one commit under a ref. Returns the ref, or an existing one that already keeps it. */
  keep(commits: readonly Oid[], order: OrderId): Promise<string>;
  /**
   * Takes a worktree out of its place, so that whoever goes on writing there writes where nothing unseen is deleted.
   *
   * @param lock what its lock says meanwhile
   * @throws ClaimError `git` if it cannot be moved, `illegal` if another process is removing it; then it stays
   */
  setAside(path: string, lock: LockReason): Promise<SetAside>;
  /** Puts back the worktrees whose removal was killed, or finishes it if nothing else was left to do. */
  recover(): Promise<readonly Mended[]>;
  /**
   * Forgets worktrees whose folders are missing, and half-made ones whose makers have ended. Commits that only they name are
   * kept.
   *
   * @returns what was recovered before that, and what was forgotten
   */
  prune(): Promise<readonly Mended[]>;
}
