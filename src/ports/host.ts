import type { CommittedComplaint } from '../core/settings/committed.ts';
/** A lock on a ref, an index or a file that all worktrees share that is older than any lock git holds. */
export type OldLock = {
  readonly path: string;
  /** Why it is provably abandoned, or why that cannot be proved. */
  readonly why: string;
  readonly isStale: boolean;
  readonly isCleared: boolean;
};

export type HostFacts = {
  /** The output of `git version`. */
  readonly git: string;
  readonly node: string;
  /** Why nothing can be written in the repository, in the system's words; null if something can. */
  readonly unwritable: { readonly place: string; readonly said: string; readonly isReadOnly: boolean } | null;
  /** How far the clock of the repository's file system is ahead of this machine's; null if nothing can be written. */
  readonly fileClockAheadMs: number | null;
  /** Whether the disk treats `A` and `a` as one name. */
  readonly foldsCase: boolean;
  /** Whether git's configuration says that it does. */
  readonly isGitToldOfCase: boolean;
};

/** The surroundings of a repository: its machine, disk and neighbours. */
export interface Host {
  facts(): Promise<HostFacts>;
  /** Returns those of these worktrees that git takes for a bare repository, so that its commands refuse to work there. */
  bareTrees(trees: readonly string[]): Promise<string[]>;
  /** Finds old locks, and with `isClearing` removes those that are provably stale. */
  oldLocks(isClearing: boolean): Promise<OldLock[]>;
  /** What is wrong with the settings that are committed, and with the clone's own remote beside theirs. */
  readonly committed: {
    readonly complaints: readonly CommittedComplaint[];
    readonly otherRemote: { readonly own: string; readonly committed: string } | null;
  };
  /** Returns other clones of the same origin in the folders beside the main worktree. */
  clones(): Promise<string[]>;
}
