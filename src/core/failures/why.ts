/** Why an order is passed over, or comes last, as data: `text/why.ts` words it. */
export type Why =
  | { readonly kind: 'mine' }
  /** By its file. `ended`: who released or abandoned it; null if nobody ever claimed it. */
  | { readonly kind: 'in-progress'; readonly ended: string | null }
  /** The session released it, and the work of its branch is merged. */
  | { readonly kind: 'shipped'; readonly session: string; readonly branch: string }
  /** `said` says why the ref is not understood. */
  | { readonly kind: 'foreign'; readonly said: string }
  /** `block`: set if the claim is blocked. Its reason is shown then, not the evidence. */
  | { readonly kind: 'held'; readonly session: string; readonly evidence: string | null; readonly block: Block | null }
  | { readonly kind: 'unmerged'; readonly session: string; readonly branch: string | null }
  | { readonly kind: 'duplicate'; readonly files: readonly string[] }
  /** `circle`: `ORDER-1 -> ORDER-2 -> ORDER-1`. */
  | { readonly kind: 'cycle'; readonly circle: string }
  /** `trouble`: why the file cannot be read. Otherwise `word` is an unknown status, or null if there is none. */
  | { readonly kind: 'no-status'; readonly word: string | null; readonly trouble: OrderTrouble | null }
  /** Unclaimed work. */
  | { readonly kind: 'stray'; readonly branch: string }
  | { readonly kind: 'waits'; readonly order: string; readonly obstacle: Obstacle }
  /** A path that the order is about. `isLive`: its holder may be alive, so that a claim would be refused. */
  | PathInTheWay;

export type Block = { readonly note: string | null };

/** What is wrong with an order that another one depends on. */
export type Obstacle =
  | { readonly kind: 'mine' | 'foreign' | 'unknown' }
  | { readonly kind: 'held'; readonly session: string }
  | { readonly kind: 'unmerged'; readonly branch: string | null }
  /** `statusWord`: null if its file has none. */
  | { readonly kind: 'unfinished'; readonly statusWord: string | null }
  /** It was given up, and its work never done. */
  | { readonly kind: 'cancelled'; readonly statusWord: string };

type PathInTheWay = {
  readonly kind: 'path';
  readonly path: string;
  readonly session: string;
  readonly evidence: string | null;
  readonly isLive: boolean;
};

/** Why a file cannot be read as an order. */
export type OrderTrouble =
  /** `no-end`: no line `---` ends its front matter. `no-map`: its front matter is not a list of keys and values. */
  | { readonly kind: 'no-end' | 'no-map' | 'no-id' | 'not-stored' }
  /** `what`: the front matter, or the whole file. */
  | { readonly kind: 'too-large'; readonly what: 'front-matter' | 'file'; readonly bytesMax: number }
  /** In the parser's own words, with the line in the file if the parser knows it. */
  | { readonly kind: 'yaml'; readonly line: number | null; readonly reason: string }
  /** `code`: the code of the system's error. */
  | { readonly kind: 'unreadable'; readonly code: string | undefined };

/** What git has begun in a worktree, and waits there to go on with. */
export type UnfinishedOperation = 'am' | 'bisect' | 'cherry-pick' | 'merge' | 'rebase' | 'revert';

/** A repository or worktree inside a worktree, with work that a ref of the outer repository cannot keep. */
export type InnerWork = {
  /** Relative to the worktree. */
  readonly folder: string;
  readonly kind: 'bare' | 'repository' | 'submodule' | 'worktree';
  /** `unknown`: git cannot tell what is there, or it is not for us to say. */
  readonly why: 'commits' | 'files' | 'unknown';
};
