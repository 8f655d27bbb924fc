/** A lock on a ref, or on packed-refs, that is older than git ever holds one. */
export type OldLock = {
  readonly path: string;
  /** Why the lock is provably abandoned, or why that is not proved. */
  readonly why: string;
  readonly isStale: boolean;
  readonly isCleared: boolean;
};

export type HostFacts = {
  /** What `git version` says. */
  readonly git: string;
  readonly node: string;
  /** How far the clock that stamps the repository's files is ahead of this machine's; null where nothing can be written. */
  readonly fileClockAheadMs: number | null;
  /** Whether the disk treats `A` and `a` as one name, and whether git's configuration says so. */
  readonly foldsCase: boolean;
  readonly isGitToldOfCase: boolean;
};

/** The surroundings of a repository: its machine, disk and neighbours. */
export interface Host {
  facts(): Promise<HostFacts>;
  /** Finds old locks; with `isClearing` it removes those that are provably stale. */
  oldLocks(isClearing: boolean): Promise<OldLock[]>;
  /** Returns other clones of the same origin in the folders beside the main worktree. */
  clones(): Promise<string[]>;
}
