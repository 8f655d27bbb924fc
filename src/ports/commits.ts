import type { Oid } from '../core/ids.ts';

/** What a commit's message says, and the ref that led to it. Bytes that are not UTF-8 are replaced. */
export type SeenCommit = {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
  /** Milliseconds since the epoch, by its committer. */
  readonly atMs: number;
  /** The branch, without `refs/heads/` or the remote's name; null for a detached HEAD and other refs. */
  readonly branch: string | null;
  /** Its `Order` trailers as spelled there. */
  readonly orders: readonly string[];
  /** The session's short name in its `Claim-Session` trailer. */
  readonly session: string | null;
  /** The author's name. */
  readonly author: string;
  readonly subject: string;
};

/** The commits of the repository, whoever made them and whatever their clocks said. */
export interface Commits {
  /**
   * Returns the commits made since then on all refs and on the HEAD of every worktree, newest first. Walks from the newest
   * commits and from tips that have moved since, up to a limit.
   *
   * @param limit how many commits to read; a few hundred more if a clock was wrong
   */
  since(sinceMs: number, limit: number): Promise<readonly SeenCommit[]>;
  /** Returns the commits that were made in this worktree, as its reflog says; empty where there is no such file. */
  madeHere(): ReadonlySet<Oid>;
  /**
   * Returns the newest commits of a range in git's notation; null if it names none that are here.
   *
   * @param range typed by somebody
   */
  inRange(range: string, limit: number): Promise<readonly SeenCommit[] | null>;
  /** Returns the newest commits of the default branch, local or origin's. */
  onDefault(limit: number): Promise<readonly SeenCommit[]>;
  /** Returns the files that each commit changes against its first parent, relative to the top of the worktree. */
  filesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, readonly string[]>>;
}
