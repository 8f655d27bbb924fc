import type { OrderId } from '../ids.ts';

/** How far an order is, as its file says; whatever words a file uses are mapped to these by core/orders/status-words.ts. */
export type WorkStatus = 'draft' | 'ready' | 'in_progress' | 'complete';

/** One order file, as far as it could be read. */
export type Order = {
  readonly id: OrderId;
  /** The id as the file spells it: `task-12`. */
  readonly spelling: string;
  readonly title: string | null;
  /** Null where the file names none, none that is known, or cannot be read. */
  readonly status: WorkStatus | null;
  /** The status in the file's own word: `To Do`. */
  readonly statusWord: string | null;
  /** 1 comes first; null where the file names none. */
  readonly priority: number | null;
  readonly labels: readonly string[];
  /** Canonical ids; a text that is no id stands as it is, so that it blocks and is not forgotten. */
  readonly dependsOn: readonly string[];
  /** Files and folders the work is about, relative to the top of the work tree. */
  readonly paths: readonly string[];
  /** The Linear issue. */
  readonly linear: string | null;
  /** Milliseconds since the epoch; null where the file names no day. */
  readonly createdMs: number | null;
  /** With `/`, relative to the top of the tree it was read in. */
  readonly file: string;
  /** Why the file could not be read as a whole; null when it could. */
  readonly trouble: string | null;
};

/** Every order file of the one place that counts. Two files may name one order. */
export type OrderList = {
  /** By file. */
  readonly orders: readonly Order[];
  /** Files that mean to be orders and have no id. */
  readonly unnamed: readonly { readonly file: string; readonly why: string }[];
  /** Folders of `claim.orders` that are not there. */
  readonly missing: readonly string[];
  /** Where all this was read, for people: `the main work tree`, `branch main`. */
  readonly place: string;
};
