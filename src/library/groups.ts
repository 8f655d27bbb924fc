import type { PathOverlap } from '../usecases/evidence/path-overlaps.ts';
import type { ReleasedPaths } from '../usecases/paths.ts';
import type { EndedSession } from '../usecases/session.ts';
import type { Removed } from '../usecases/trees/remove.ts';
import type { Pruned } from '../usecases/worktree.ts';
import type {
  ClaimedPathsAnswer,
  PathRowsAnswer,
  PrunedTreesAnswer,
  RefusalAnswer,
  SessionsAnswer,
  StartedAnswer,
  WorktreesAnswer,
} from './answers.ts';

/** What a session does about itself, and what it sees of others. */
export type SessionMethods = {
  /**
   * Registers this session.
   *
   * @param named `title`: its name; `linear`: the issue it works on, by id or address; what is not given stays as it was
   * @throws ClaimError `usage` if `linear` is not a Linear issue
   */
  start(named?: { readonly title?: string; readonly linear?: string }): Promise<StartedAnswer>;
  /** Notes that this session has ended. It keeps what it holds. */
  end(): Promise<EndedSession>;
  /** Lists the sessions that are here; `all`: also those that died or ended, if the cache remembers them. */
  list(options?: { readonly all?: boolean }): Promise<SessionsAnswer>;
};

/** Claims on files and folders. */
export type PathMethods = {
  /**
   * Claims files or folders, all or none. They belong to the order of the worktree in `cwd`, if this session holds just one.
   *
   * @param paths relative to `cwd`, or absolute; they need not exist
   * @param options `ttlMs`: how long the claims outlive the session's silence
   * @throws ClaimError `usage` for a path that cannot be claimed, and for a `ttlMs` that is too short
   */
  claim(paths: string | readonly string[], options?: { readonly ttlMs?: number }): Promise<ClaimedPathsAnswer | RefusalAnswer>;
  /** Gives them back. A path that nobody claimed counts as given back. */
  release(paths: string | readonly string[]): Promise<ReleasedPaths | RefusalAnswer>;
  /** Lists all claims on files and folders. */
  list(): Promise<PathRowsAnswer>;
  /** Tells which of these files, relative to the top of the worktree, are in a path that another session claims. */
  overlaps(files: readonly string[]): Promise<readonly PathOverlap[]>;
};

/** The worktrees of claims. */
export type WorktreeMethods = {
  /** Lists the repository's worktrees with the claims that name them. */
  list(): Promise<WorktreesAnswer>;
  /** Makes the worktree of an order that this session holds. */
  add(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
  /** Copies what `.worktreeinclude` lists into an order's worktree and runs `claim.setup` there, again if need be. */
  setup(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
  /**
   * Removes the worktree of an order. A branch that is not merged stays; commits that only the worktree names are kept under a
   * ref, and the answer says which ignored files went with it.
   *
   * @param options `save` first keeps changed files, a detached HEAD's commits and small ignored files under a ref
   * @throws ClaimError `illegal` if there are any such files or commits and `save` is not set, or a repository inside with work
   *   that no ref can keep
   */
  remove(order: string, options?: { readonly save?: boolean }): Promise<Removed | RefusalAnswer>;
  /** Forgets worktrees whose folders are gone, and unfinished ones whose makers were killed. */
  prune(): Promise<Pruned>;
  /**
   * Removes the worktrees whose orders are over and merged. Nobody is asked, so those stay whose ignored files exist nowhere
   * else.
   */
  pruneMerged(): Promise<PrunedTreesAnswer>;
};
