import type { UnfinishedOperation } from '../core/failures/why.ts';
import type { Oid } from '../core/ids.ts';

/** A commit made in the last minutes, on any branch. */
export type RecentCommit = {
  readonly oid: Oid;
  /** Milliseconds since the epoch, by its committer. */
  readonly atMs: number;
  /** The session's short name in its `Claim-Session` trailer; null without a trailer. */
  readonly session: string | null;
  readonly subject: string;
  readonly files: readonly string[];
  /** Whether HEAD contains it. */
  readonly isHere: boolean;
};

/** A git operation of several steps, named by the command that continues it. */
export type Operation = Exclude<UnfinishedOperation, 'bisect'>;

/**
 * The commit being made, as a hook sees it through the index that git hands it. Paths are relative to the top of the worktree;
 * bytes that are not UTF-8 are read as Latin-1.
 */
export interface Changes {
  /** Returns the branch of HEAD; during a rebase, the branch being rebased. Null when HEAD is detached. */
  branch(): Promise<string | null>;
  /** Returns whether a merge (also a squash), rebase, cherry-pick, revert or bisect brings in commits on purpose. */
  isUnderWay(): boolean;
  isMerging(): boolean;
  /**
   * Returns the operation that is under way, and still is after a hook has refused its commit. Null also for a revert of one
   * commit, because git leaves no mark of it.
   */
  operation(): Operation | null;
  staged(): Promise<readonly string[]>;
  /** Returns those files that a merge changes in another way than what it merges, such as resolved conflicts; else none. */
  madeInMerge(): Promise<readonly string[]>;
  /** Returns the files that the staged change deletes or moves away. */
  stagedGone(): Promise<readonly string[]>;
  /** Returns the texts of files as staged, or as in HEAD; missing files are left out. */
  texts(files: readonly string[], where: 'staged' | 'head'): Promise<ReadonlyMap<string, string>>;
  /** Returns the patch id of the staged change, which does not depend on its base; null if nothing is staged. */
  stagedPatch(): Promise<string | null>;
  /** Returns the patch ids of commits; commits without a change are left out. */
  patchesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, string>>;
  /** Returns the commits of the last `withinMs` without merges, newest first. */
  recent(withinMs: number): Promise<readonly RecentCommit[]>;
}
