/** A lock on a ref, or on all packed ones, that stands there for longer than git holds one. */
export type OldLock = {
  readonly path: string;
  /** Why it is, or why it is not, provably nobody's any more. */
  readonly why: string;
  readonly isStale: boolean;
  readonly isCleared: boolean;
};

export type HostFacts = {
  /** What `git version` says. */
  readonly git: string;
  readonly node: string;
  /** How far the clock that stamps files in the repository is ahead of this machine's; null where nothing can be written. */
  readonly fileClockAheadMs: number | null;
  /** Whether the disk takes `A` and `a` for one name, and whether git was told so. */
  readonly foldsCase: boolean;
  readonly isGitToldOfCase: boolean;
};

/** What a repository lies on: its machine, disk and neighbours. */
export interface Host {
  facts(): Promise<HostFacts>;
  /** Looks for old locks; with `isClearing` those that are provably stale are removed. */
  oldLocks(isClearing: boolean): Promise<OldLock[]>;
  /** Returns other clones of the same origin in the folders beside the main work tree. */
  clones(): Promise<string[]>;
}
