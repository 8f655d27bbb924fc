import type { Why } from './why.ts';

/** What keeps a command from its orders. */
export type OrderFailure =
  | {
      readonly code: 'bad-id';
      readonly kind: 'bad-order-id';
      readonly text: string;
      readonly why: IdTrouble;
      /** `claim.idPattern`. */
      readonly pattern: string;
      readonly lengthMax: number;
      /** The id that was probably meant. */
      readonly meant: string | null;
    }
  | { readonly code: 'illegal'; readonly kind: 'drop-by-agent' }
  | { readonly code: 'illegal'; readonly kind: 'drop-declined' }
  | { readonly code: 'usage'; readonly kind: 'drop-with-json' }
  | { readonly code: 'usage'; readonly kind: 'follow-up-id'; readonly id: string }
  /** No number from this one upwards could be taken. */
  | { readonly code: 'git'; readonly kind: 'follow-up-numbers-taken'; readonly from: number }
  | { readonly code: 'usage'; readonly kind: 'follow-up-of-several' }
  /** `near`: an order that was probably meant. */
  | { readonly code: 'usage'; readonly kind: 'follow-up-parent'; readonly order: string; readonly near: string | null }
  | { readonly code: 'foreign' | 'unknown'; readonly kind: 'history-unreadable'; readonly order: string; readonly why: string }
  /** An address of an issue in another repository than those of the remotes; `id`: what it would be here. */
  | {
      readonly code: 'usage';
      readonly kind: 'issue-elsewhere';
      readonly text: string;
      readonly repository: string;
      readonly id: string;
      readonly repositories: readonly string[];
    }
  | { readonly code: 'usage'; readonly kind: 'lost-several'; readonly orders: readonly string[] }
  /** Nobody knows the order, and the one that was probably meant exists. */
  | { readonly code: 'usage'; readonly kind: 'near-miss'; readonly order: string; readonly near: string }
  | {
      readonly code: 'nothing';
      readonly kind: 'no-order-files';
      readonly missing: readonly string[];
      readonly place: string | null;
    }
  | {
      readonly code: 'usage';
      readonly kind: 'no-order-here';
      readonly command: string;
      /** Whether several of the caller's orders are in this worktree. */
      readonly hasSeveral: boolean;
      /** The orders to which the worktree is bound, and whose they are. */
      readonly bound: readonly { readonly order: string; readonly session: string }[];
      /** The orders that the caller holds anywhere. */
      readonly held: readonly string[];
    }
  | {
      readonly code: 'nothing';
      readonly kind: 'no-order-ready';
      readonly named: readonly { readonly order: string; readonly why: Why }[];
      /** How many more orders have each verdict, and whether others of that verdict are named. */
      readonly counted: readonly { readonly verdict: string; readonly count: number; readonly isMore: boolean }[];
      /** An order whose holder is silent. */
      readonly silent: string | null;
    }
  | { readonly code: 'usage'; readonly kind: 'not-kept'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'nothing-lost' }
  /** `worktree`: the missing one; null if there was none. */
  | { readonly code: 'illegal'; readonly kind: 'nothing-to-rescue'; readonly order: string; readonly worktree: string | null }
  | { readonly code: 'held'; readonly kind: 'order-changed'; readonly order: string }
  /** The file of an order, relative, cannot follow its claim: others write it again and again. */
  | { readonly code: 'git'; readonly kind: 'order-file-changing'; readonly file: string }
  | { readonly code: 'illegal'; readonly kind: 'order-file-exists'; readonly path: string }
  | { readonly code: 'illegal'; readonly kind: 'order-file-nowhere' }
  /** Or it leads out of its worktree, or is larger than any order. */
  | { readonly code: 'git'; readonly kind: 'order-file-outside'; readonly file: string }
  | { readonly code: 'git'; readonly kind: 'order-file-too-large'; readonly file: string; readonly bytesMax: number }
  | { readonly code: 'git'; readonly kind: 'order-file-unwritable'; readonly path: string; readonly said: string }
  | { readonly code: 'usage'; readonly kind: 'order-unnumbered'; readonly order: string }
  | { readonly code: 'git'; readonly kind: 'orders-unreadable'; readonly place: string; readonly said: string }
  | { readonly code: 'usage'; readonly kind: 'rescue-options' }
  | { readonly code: 'usage'; readonly kind: 'too-many-orders'; readonly max: number }
  | {
      readonly code: 'illegal';
      readonly kind: 'uncommitted-work';
      readonly order: string;
      readonly worktree: string;
      readonly files: readonly string[];
    };

/** Why a text is not an order id. */
export type IdTrouble = 'empty' | 'too-long' | 'bad-characters' | 'no-ref-name' | 'no-match';
