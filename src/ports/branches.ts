import type { Oid, OrderId } from '../core/ids.ts';
import type { BranchTip } from '../core/trees/branch-name.ts';

/** Where HEAD is. */
export type Head = {
  /** The branch without `refs/heads/`; null when HEAD is detached. */
  readonly branch: string | null;
  /** Null on a branch without commits. */
  readonly commit: Oid | null;
  /** Whether it is the default branch: origin's HEAD, else `init.defaultBranch`, `main` or `master`, else the only branch. */
  readonly isDefault: boolean;
};

/** The newest commit of the default branch that is here. */
export type Base = {
  /** The default branch, without the remote's name; `HEAD` if no branch is known to be the default one. */
  readonly branch: string;
  /** Where the commit was found, as people write it: `main`, or `origin/main` if the local branch is behind. */
  readonly name: string;
  readonly commit: Oid;
};

/** Why the base may not be what people expect. */
export type BaseDoubt =
  /** The local default branch and the remote's each have commits that the other lacks; the remote's has `missing`. */
  | { readonly kind: 'diverged'; readonly local: string; readonly remote: string; readonly missing: number }
  /** The remote's HEAD, as recorded here, names a branch that is gone (`newer` is null), or that `newer` contains. */
  | { readonly kind: 'stale-head'; readonly remote: string; readonly named: string; readonly newer: string | null };

/** What new work on some orders starts from, and the branches that are named after them. */
export type Start = {
  /** Null in a repository without commits. */
  readonly base: Base | null;
  readonly doubts: readonly BaseDoubt[];
  readonly named: readonly BranchTip[];
};

/** Returns whether a branch is known to be the default one. Otherwise nothing counts as merged. */
export function isDefaultKnown(base: Base | null): boolean {
  return base !== null && base.branch !== 'HEAD';
}

export interface Branches {
  head(): Promise<Head>;
  /** Returns the commit that new work starts from; null in a repository without commits. */
  defaultBase(): Promise<Base | null>;
  /** Returns the same together with what casts doubt on it, and all branches, here and at remotes, named after these orders. */
  startOf(orders: readonly OrderId[]): Promise<Start>;
  /** Returns whether {@link startOf} may find branches named after these orders. Starts no process where refs are files. */
  mayBeNamed(orders: readonly OrderId[]): boolean;
  /** Returns how many commits of `other` the commit `one` lacks; null if git cannot tell. */
  lacking(one: Oid, other: Oid): Promise<number | null>;
  /** Returns the commit that a revision names, or null if it names none. */
  resolve(revision: string): Promise<Oid | null>;
  tip(branch: string): Promise<Oid | null>;
  /** Returns whether a commit has another one in its history, or is that commit; false if either does not exist. */
  contains(commit: Oid, other: Oid): Promise<boolean>;
  /** Returns the tips of those branches that exist. */
  tips(branches: readonly string[]): Promise<ReadonlyMap<string, Oid>>;
  /** Returns those commits that the default branch, local or origin's, does not contain, and those that do not exist. */
  outside(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /**
   * Like `outside`, but without commits whose work reached the default branch in another way: squashed, rebased or
   * cherry-picked, and not reverted since.
   */
  unmerged(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** The same, asked of origin's default branch alone; none if it has none here. */
  unpublished(commits: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** Returns the branches, local and of all remotes, that have commits which the default branch does not contain. */
  ahead(): Promise<readonly BranchTip[]>;
  /** Creates a branch by swap, without upstream. Returns null, or git's reason why not. An existing branch stays as it is. */
  create(branch: string, at: Oid): Promise<string | null>;
  /** Returns how many commits lead to this one that the default branch does not contain. */
  unmergedCount(commit: Oid): Promise<number>;
  /**
   * Deletes the branch if its tip is still `at`.
   *
   * @param claim the order's record, which must be the same still; `oid` is null if there is none
   * @returns whether the branch is gone
   */
  remove(branch: string, at: Oid, claim?: { readonly order: OrderId; readonly oid: Oid | null }): Promise<boolean>;
}
