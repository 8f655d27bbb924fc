import type { ClaimPath } from '../core/path.ts';

/** Where the repository and the caller are. */
export type Places = {
  /** The main worktree, or the bare repository. */
  readonly mainDir: string;
  /** The worktree that the command runs in; null in a bare repository. */
  readonly topLevel: string | null;
  /** The repository's name for people. */
  readonly repo: string;
  /** Turns a record's relative path into an absolute one, and back. */
  absolute(relative: string): string;
  relative(absolute: string): string;
  /** Returns whether there is anything at this absolute path. */
  isThere(path: string): boolean;
  /** Returns whether there is anything at the path that the caller typed. */
  isTyped(text: string): boolean;
  /**
   * Returns the path that the caller typed, relative to the top level.
   *
   * @throws ClaimError `usage` if it cannot be claimed
   */
  typedPath(text: string): Promise<ClaimPath>;
};
