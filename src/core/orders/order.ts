import type { OrderTrouble } from '../failures/why.ts';
import type { OrderId } from '../ids.ts';

/** How far an order is, as its file says. core/orders/status-words.ts maps the words of files to these. */
export type WorkStatus = 'draft' | 'ready' | 'in_progress' | 'complete';

/** One order file, as far as it could be read. */
export type Order = {
  readonly id: OrderId;
  /** The id as the file spells it: `task-12`. */
  readonly spelling: string;
  readonly title: string | null;
  /** Null if the file has no status, an unknown one, or cannot be read. */
  readonly status: WorkStatus | null;
  /** The status in the file's own word: `To Do`. If the file cannot be read, what a plain line of it says. */
  readonly statusWord: string | null;
  /** 1 comes first; null if the file has none. */
  readonly priority: number | null;
  readonly labels: readonly string[];
  /** Canonical ids. A text that is not an id stays as it is, so that it blocks the order and is not forgotten. */
  readonly dependsOn: readonly string[];
  /** Files and folders that the work is about, relative to the top of the worktree. */
  readonly paths: readonly string[];
  /** The Linear issue. */
  readonly linear: string | null;
  /** Milliseconds since the epoch; null if the file has no date. */
  readonly createdMs: number | null;
  /** With `/`, relative to the top of the tree it was read in. */
  readonly file: string;
  /** Why the file could not be read completely; null if it was. */
  readonly trouble: OrderTrouble | null;
};

/** Every order file of the one place that counts. Two files may name the same order. */
export type OrderList = {
  /** In the order of their files. */
  readonly orders: readonly Order[];
  /** Files that look like orders but have no id. */
  readonly unnamed: readonly { readonly file: string; readonly trouble: OrderTrouble }[];
  /** Folders of `claim.orders` that do not exist. */
  readonly missing: readonly string[];
  /** The revision from which the files were read, such as `branch main`; null: the main worktree. */
  readonly place: string | null;
};
