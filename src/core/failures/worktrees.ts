/** What prevents a worktree from being made, kept or removed. `said`: git's own words. */
export type WorktreeFailure =
  | { readonly code: 'usage'; readonly kind: 'base-unknown'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'copied-worktree'; readonly command: string; readonly original: string }
  | { readonly code: 'git'; readonly kind: 'inner-repository'; readonly worktree: string; readonly folder: string }
  | { readonly code: 'usage'; readonly kind: 'install-without-worktree' }
  | { readonly code: 'git'; readonly kind: 'no-commit' }
  | { readonly code: 'usage'; readonly kind: 'no-own-worktree'; readonly order: string }
  | { readonly code: 'illegal'; readonly kind: 'setup-by-agent' }
  | { readonly code: 'illegal'; readonly kind: 'setup-not-agreed' }
  | {
      readonly code: 'illegal';
      readonly kind: 'unsaved-work';
      readonly order: string;
      readonly path: string;
      readonly files: readonly string[];
      readonly commits: number;
    }
  /** `actual`: the worktree's branch, null for none. */
  | {
      readonly code: 'illegal';
      readonly kind: 'work-forked';
      readonly order: string;
      readonly branch: string;
      readonly actual: string | null;
      readonly worktree: string;
    }
  | { readonly code: 'git'; readonly kind: 'work-not-kept'; readonly order: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'work-not-saved'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktree-not-finished'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktree-not-removed'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktrees-unlisted'; readonly said: string };
