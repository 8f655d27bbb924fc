import type { Oid } from '../core/ids.ts';

/** Where HEAD is. */
export type Head = {
  /** The branch without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  /** Null on a branch without commits. */
  readonly commit: Oid | null;
  /** Whether it is the default branch: origin's HEAD, else `init.defaultBranch`, `main` or `master`, else the only branch. */
  readonly isDefault: boolean;
};

/** A branch and its tip. `branch` is the name without `refs/heads/`; origin may have another tip under the same name. */
export type BranchTip = { readonly branch: string; readonly tip: Oid };

export interface Branches {
  head(): Promise<Head>;
  /** Returns the commit that new work starts from, and the name it was found by; null in a repository without commits. */
  defaultBase(): Promise<{ readonly name: string; readonly commit: Oid } | null>;
  /** Returns the commit that a revision names, or null if it names none. */
  resolve(revision: string): Promise<Oid | null>;
  tip(branch: string): Promise<Oid | null>;
  /** Returns whether a commit has another one in its history, or is that commit; false if either does not exist. */
  contains(commit: Oid, other: Oid): Promise<boolean>;
  /** Returns those commits that the default branch, local or origin's, does not contain, and those that do not exist. */
  outside(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /**
   * Like `outside`, but without commits whose work reached the default branch in another way: squashed, rebased or
   * cherry-picked, and not reverted since.
   */
  unmerged(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** Returns the branches, local and origin's, that have commits which the default branch does not contain. */
  ahead(): Promise<readonly BranchTip[]>;
  /** Creates a branch by swap, without upstream. Returns null, or git's reason why not. An existing branch stays as it is. */
  create(branch: string, at: Oid): Promise<string | null>;
  /** Deletes the branch if its tip is still `at`; returns whether it did. */
  remove(branch: string, at: Oid): Promise<boolean>;
}
