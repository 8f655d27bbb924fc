import type { Oid } from '../core/ids.ts';

/** Where HEAD is. */
export type Head = {
  /** The branch without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  /** Null on a branch without commits. */
  readonly commit: Oid | null;
  /** The branch work starts from: origin's HEAD, else `init.defaultBranch`, `main` or `master`, else the only one there is. */
  readonly isDefault: boolean;
};

/** A branch and its tip. `branch` is the name without `refs/heads/`; origin's branch may differ from the local one of that name. */
export type BranchTip = { readonly branch: string; readonly tip: Oid };

export interface Branches {
  head(): Promise<Head>;
  /** Returns the commit new work starts from and the name it was found by, or null in a repository without commits. */
  defaultBase(): Promise<{ readonly name: string; readonly commit: Oid } | null>;
  /** Returns the commit a revision names, or null when it names none. */
  resolve(revision: string): Promise<Oid | null>;
  tip(branch: string): Promise<Oid | null>;
  /** Returns the commits that the default branch, local or origin's, does not contain. A missing commit counts as not contained. */
  outside(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** Like `outside`, less commits whose work reached the default branch otherwise: squashed, rebased or picked, and not reverted since. */
  unmerged(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** Returns the branches, local ones and origin's, with commits that the default branch does not contain. */
  ahead(): Promise<readonly BranchTip[]>;
  /** Creates a branch by swap, without upstream tracking. Returns null, or why it could not; an existing branch stays as it is. */
  create(branch: string, at: Oid): Promise<string | null>;
  /** Deletes the branch if its tip is still `at`; returns whether it did. */
  remove(branch: string, at: Oid): Promise<boolean>;
}
