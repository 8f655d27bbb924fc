import type { Oid } from '../core/ids.ts';

/** A commit made in the last minutes, on any branch. */
export type RecentCommit = {
  readonly oid: Oid;
  /** Milliseconds since the epoch, by its committer. */
  readonly atMs: number;
  /** Its `Claim-Session` trailer: a session's short name; null where it has none. */
  readonly session: string | null;
  readonly subject: string;
  readonly files: readonly string[];
  /** Whether HEAD contains it. */
  readonly isHere: boolean;
};

/** An operation of git that takes several steps, named by the command that continues it. */
export type Operation = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert';

/**
 * What a hook sees of the commit being made, through the index that git hands it. Paths are relative to the top of the worktree; bytes that
 * are not UTF-8 are read as Latin-1.
 */
export interface Changes {
  /** Returns the branch of HEAD; during a rebase, the branch being rebased. Null when HEAD is detached. */
  branch(): Promise<string | null>;
  /** Tells whether a merge (squashed too), rebase, cherry-pick, revert or bisect is under way: commits are brought in on purpose. */
  isUnderWay(): boolean;
  /** Tells whether a merge is under way. */
  isMerging(): boolean;
  /**
   * Returns the operation that git is in, and stays in when a hook refuses its commit. Null also for a revert of one commit, of which git
   * leaves no mark.
   */
  operation(): Operation | null;
  staged(): Promise<readonly string[]>;
  /** Returns the files that the staged change deletes or moves away. */
  stagedGone(): Promise<readonly string[]>;
  /** Returns the texts of files as staged, or as in HEAD; missing files are left out. */
  texts(files: readonly string[], where: 'staged' | 'head'): Promise<ReadonlyMap<string, string>>;
  /** Returns the patch id of the staged change, the same wherever it is applied; null when nothing is staged. */
  stagedPatch(): Promise<string | null>;
  /** Returns the patch ids of commits; commits without a change are left out. */
  patchesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, string>>;
  /** Returns the commits of the last `withinMs`, newest first, without merges. */
  recent(withinMs: number): Promise<readonly RecentCommit[]>;
}
