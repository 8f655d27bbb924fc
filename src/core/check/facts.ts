import type { ClaimView } from '../claim/view.ts';
import type { Oid, OrderId } from '../ids.ts';
import type { Order } from '../orders/order.ts';
import type { HeldPath } from '../paths/held.ts';

/** A commit, and what is known of it. */
export type CheckedCommit = {
  readonly oid: Oid;
  readonly atMs: number;
  readonly branch: string | null;
  readonly session: string | null;
  readonly subject: string;
  /** The orders it belongs to. */
  readonly orders: readonly OrderId[];
  /** Null where nobody asked for them. */
  readonly files: readonly string[] | null;
};

/** A work tree with files that differ from its commit. */
export type CheckedTree = {
  /** Absolute. */
  readonly path: string;
  readonly branch: string | null;
  /** The one the command runs in. */
  readonly isHere: boolean;
  /** The order that a claim, a binding or its branch names it for. */
  readonly order: OrderId | null;
  /** The session that works or worked there, where it is not the one that asks. */
  readonly session: string | null;
  /** The session that asks works there on an order of its own. */
  readonly isMine: boolean;
  readonly dirty: readonly DirtyFile[];
};

/** A file that differs from its commit. */
export type DirtyFile = {
  /** Relative to the top of its tree; a folder that is all new ends with `/`. */
  readonly path: string;
  readonly isStaged: boolean;
  /** Milliseconds since the epoch by the file system's clock; null for a file that is gone. */
  readonly modifiedMs: number | null;
};

/** An intent of another session. */
export type HeardIntent = {
  readonly session: string | null;
  readonly order: OrderId | null;
  readonly at: string;
  readonly message: string;
};

/** All that a check is judged by. */
export type CheckFacts = {
  /** The order that was named; null: the check is about everything the session holds. */
  readonly named: OrderId | null;
  /** The short name of the session that asks; null where none is known. */
  readonly me: string | null;
  /** Since when the session that asks is here, milliseconds since the epoch; null where that is unknown. */
  readonly hereSinceMs: number | null;
  /** Live claims, ended ones of the orders the check is about, and refs that are not understood. */
  readonly claims: readonly ClaimView[];
  /** What became of the work of completed claims. */
  readonly fates: ReadonlyMap<OrderId, 'merged' | 'unmerged' | 'empty'>;
  readonly orders: readonly Order[];
  /** Of others, or of nobody knows whom. */
  readonly commits: readonly CheckedCommit[];
  /** Commits of the default branch that say they bring the work of an order. */
  readonly shipped: readonly { readonly order: OrderId; readonly commit: CheckedCommit }[];
  /** Unmerged branches that are named for an order. */
  readonly branches: readonly { readonly order: OrderId; readonly branch: string }[];
  readonly trees: readonly CheckedTree[];
  readonly heldPaths: readonly HeldPath[];
  readonly intents: readonly HeardIntent[];
};
