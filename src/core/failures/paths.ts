/** Why a path cannot be claimed; `text` is what was typed. */
export type PathFailure =
  | { readonly code: 'usage'; readonly kind: 'path-beyond-link'; readonly text: string; readonly link: string }
  | { readonly code: 'usage'; readonly kind: 'path-empty' }
  | { readonly code: 'usage'; readonly kind: 'path-in-repository'; readonly text: string; readonly folder: string }
  /** It reads as an order, and no file has that name. */
  | { readonly code: 'usage'; readonly kind: 'path-is-order'; readonly text: string; readonly order: string }
  | { readonly code: 'usage'; readonly kind: 'path-is-worktree'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'path-outside'; readonly text: string; readonly topLevel: string }
  | { readonly code: 'usage'; readonly kind: 'path-unclaimable'; readonly text: string; readonly why: PathTrouble }
  | { readonly code: 'usage'; readonly kind: 'path-with-several-orders'; readonly first: string }
  | { readonly code: 'usage'; readonly kind: 'path-without-worktree' }
  | { readonly code: 'usage'; readonly kind: 'too-many-paths'; readonly max: number }
  | {
      readonly code: 'usage';
      readonly kind: 'too-many-paths-of-order';
      readonly order: string;
      readonly count: number;
      readonly max: number;
    }
  | { readonly code: 'usage'; readonly kind: 'ttl-too-short'; readonly ttlMs: number; readonly minMs: number };

/** What is wrong with a path below the top level. */
export type PathTrouble = 'whole-repository' | 'not-below' | 'gits-own' | 'not-utf8' | 'too-long';
