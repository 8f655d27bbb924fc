import type { InnerWork, UnfinishedOperation } from '../failures/why.ts';
import type { Oid } from '../ids.ts';

/** What a worktree has besides the commits of its branch: what exists nowhere else must outlive its removal. */
export type TreeContents = {
  /** Changed, staged and untracked files, relative to the worktree. */
  readonly files: readonly string[];
  /** Changed files that git was told to overlook. */
  readonly hidden: readonly string[];
  readonly operation: UnfinishedOperation | null;
  /** How many commits of a detached HEAD no branch or other ref contains. */
  readonly detached: number;
  /** Commits that only the worktree's reflog, its own refs and its unfinished operation name; those below them are left out. */
  readonly strays: readonly Oid[];
  readonly inner: readonly InnerWork[];
  readonly ignored: IgnoredFiles;
  /** How many stashes were made on its branch. They stay where they are. */
  readonly stashes: number;
};

/** Files that git ignores and that the main worktree does not have in the same form. */
export type IgnoredFiles = {
  /** How many files and folders git names: a folder that is ignored counts as one. */
  readonly count: number;
  /** The first of them; a folder ends with `/`. */
  readonly names: readonly string[];
  /** Those small enough to be kept under a ref; all of them are in `names` or below a folder there. */
  readonly small: readonly string[];
  /** Those of the named ones that are not, or not wholly, among the small. */
  readonly large: { readonly count: number; readonly names: readonly string[] };
};

/** Returns whether a plain removal would lose work, which saving it would keep. */
export function hasUnsaved({ files, hidden, operation, detached }: TreeContents): boolean {
  return files.length > 0 || hidden.length > 0 || operation !== null || detached > 0;
}
