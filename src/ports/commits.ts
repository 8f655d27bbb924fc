import type { Oid } from '../core/ids.ts';

/** A commit, as far as its message and the ref that led to it tell. Bytes that are not UTF-8 are replaced. */
export type SeenCommit = {
  readonly oid: Oid;
  /** Milliseconds since the epoch, by its committer. */
  readonly atMs: number;
  /** The branch, without `refs/heads/` or the remote's name; null for a detached HEAD and other refs. */
  readonly branch: string | null;
  /** Its `Order` trailers, as they are spelled. */
  readonly orders: readonly string[];
  /** Its `Claim-Session` trailer: a session's short name. */
  readonly session: string | null;
  readonly subject: string;
};

/** The commits of the repository, whoever made them and whatever their clocks said. */
export interface Commits {
  /**
   * Returns the commits made since then on all refs and on the HEAD of every worktree, newest first. Walks from the newest commits and from
   * tips that moved since, up to a limit.
   *
   * @param limit how many commits to look at; a few hundred more where a clock was wrong
   */
  since(sinceMs: number, limit: number): Promise<readonly SeenCommit[]>;
  /** Returns the newest commits of the default branch, local or origin's. */
  onDefault(limit: number): Promise<readonly SeenCommit[]>;
  /** Returns the files each commit changes, against its first parent, relative to the top. */
  filesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, readonly string[]>>;
}
