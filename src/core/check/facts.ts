import type { ClaimView } from '../claim/view.ts';
import type { Oid, OrderId } from '../ids.ts';
import type { Waits } from '../orders/dependencies.ts';
import type { Order } from '../orders/order.ts';
import type { HeldPath } from '../paths/held.ts';

/** How many commits are examined before a claim is made. The claim waits for them, a few milliseconds. */
export const COMMITS_BEFORE_CLAIM = 100;

/** A commit, and what is known of it. */
export type CheckedCommit = {
  readonly oid: Oid;
  readonly atMs: number;
  readonly branch: string | null;
  readonly session: string | null;
  /** The author's name. */
  readonly author: string;
  readonly subject: string;
  /** The orders it belongs to. */
  readonly orders: readonly OrderId[];
  /** Null if nobody asked for them. */
  readonly files: readonly string[] | null;
};

/** A time through which a session was in a worktree, in milliseconds since the epoch, ends included. */
export type Stay = {
  /** Its short name. */
  readonly session: string;
  readonly fromMs: number;
  /** Infinity: it is still there. */
  readonly untilMs: number;
};

/** A worktree with files that differ from its commit. */
export type CheckedTree = {
  /** Absolute. */
  readonly path: string;
  readonly head: Oid | null;
  readonly branch: string | null;
  /** The command runs in it. */
  readonly isHere: boolean;
  /** The order that it belongs to by a claim, a binding or its branch's name. */
  readonly order: OrderId | null;
  /** The session to which a binding gives it, unless it is the caller's. */
  readonly session: string | null;
  /** When other sessions were there. */
  readonly stays: readonly Stay[];
  /** The caller's session works there on an order of its own. */
  readonly isMine: boolean;
  /** Since when it has done so, in milliseconds since the epoch, by whole seconds; null if it does not. */
  readonly mineSinceMs: number | null;
  readonly dirty: readonly DirtyFile[];
};

/** A file that differs from its commit. */
export type DirtyFile = {
  /** Relative to the top of its worktree; a completely new folder ends with `/`. */
  readonly path: string;
  readonly isDeleted: boolean;
  /**
   * When it last changed, in milliseconds since the epoch by the file system's clock. For a deleted file, when its folder last
   * changed, which was then or later; null if nothing is known.
   */
  readonly modifiedMs: number | null;
  /**
   * Between which instants it, or what a completely new folder contains, last changed, in milliseconds since the epoch. Null for
   * a deleted file, which may have been deleted long before its folder changed, and where there is too much to look at.
   */
  readonly changed: { readonly firstMs: number; readonly lastMs: number } | null;
};

/** A branch with unmerged work on an order. */
export type OtherBranch = {
  readonly order: OrderId;
  readonly branch: string;
  /** Null for a local branch. */
  readonly remote: string | null;
  /** How many of its commits the claim's own branch of the same name lacks; null if it is another branch, or that is unknown. */
  readonly lacking: number | null;
};

/** An intent of another session. */
export type HeardIntent = {
  readonly session: string | null;
  readonly order: OrderId | null;
  readonly at: string;
  readonly message: string;
};

/** Commits that the session's work began from or has taken in: they do not collide with it. */
export type CommitsHad = {
  /** By what the session has changed in this worktree. */
  readonly here: ReadonlySet<Oid>;
  /** By the work on an order. */
  readonly orders: ReadonlyMap<OrderId, ReadonlySet<Oid>>;
};

/** Everything that a check considers. */
export type CheckFacts = {
  /** The order that the caller named; null: the check covers everything the session holds. */
  readonly named: OrderId | null;
  /** The short name of the caller's session; null if it has none. */
  readonly me: string | null;
  /** When the caller's session started, in milliseconds since the epoch; null if unknown. */
  readonly hereSinceMs: number | null;
  /** Live claims, ended claims on the orders of the check, and refs that are not understood. */
  readonly claims: readonly ClaimView[];
  /** What became of the work of completed claims. */
  readonly fates: ReadonlyMap<OrderId, 'merged' | 'unmerged' | 'empty'>;
  readonly orders: readonly Order[];
  /** What the orders of the check wait for. */
  readonly waits: ReadonlyMap<OrderId, Waits>;
  /** Orders with a claim, live or ended: whatever their files say, git-claim knows who worked on them. */
  readonly isRecorded: (order: OrderId) => boolean;
  /** Commits of other sessions, or of an unknown one. */
  readonly commits: readonly CheckedCommit[];
  readonly had: CommitsHad;
  /** Commits of the default branch that say they contain the work of an order. */
  readonly shipped: readonly { readonly order: OrderId; readonly commit: CheckedCommit }[];
  /** Branches with unmerged work that are named after an order. */
  readonly branches: readonly OtherBranch[];
  readonly trees: readonly CheckedTree[];
  readonly heldPaths: readonly HeldPath[];
  readonly intents: readonly HeardIntent[];
};
