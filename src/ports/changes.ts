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
  /** HEAD has it. */
  readonly isHere: boolean;
};

/** What git carries out in more than one step, by the command that goes on with it. */
export type Operation = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert';

/** What a hook sees of the commit in the making, through the index git hands it. Paths are relative to the top; bytes that are no UTF-8 are as latin1. */
export interface Changes {
  /** Where HEAD is; in a rebase, the branch that is rebased. Null when HEAD is detached. */
  branch(): Promise<string | null>;
  /** A merge, a squashed one too, rebase, cherry-pick, revert or bisect is under way: commits are brought in on purpose. */
  isUnderWay(): boolean;
  /** A merge is under way. */
  isMerging(): boolean;
  /** Returns what git is in the middle of, and stays in when a hook refuses its commit; null also for a revert of one commit, which git leaves no mark of. */
  operation(): Operation | null;
  staged(): Promise<readonly string[]>;
  /** Returns the staged files that are no longer where they were: deleted or moved. */
  stagedGone(): Promise<readonly string[]>;
  /** Returns the texts of files as they are staged, or as HEAD has them; files that are not there are left out. */
  texts(files: readonly string[], where: 'staged' | 'head'): Promise<ReadonlyMap<string, string>>;
  /** Returns what identifies the staged change wherever it is applied; null for none. */
  stagedPatch(): Promise<string | null>;
  /** The same of commits; those without a change are left out. */
  patchesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, string>>;
  /** Returns the newest commits first, merges left out. */
  recent(withinMs: number): Promise<readonly RecentCommit[]>;
}
