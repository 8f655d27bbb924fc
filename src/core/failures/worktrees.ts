import type { InnerWork, UnfinishedOperation } from './why.ts';

/** What prevents a worktree from being made, kept or removed. `said`: git's own words. */
export type WorktreeFailure =
  | { readonly code: 'usage'; readonly kind: 'base-unknown'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'copied-worktree'; readonly command: string; readonly original: string }
  | { readonly code: 'illegal'; readonly kind: 'inner-work'; readonly worktree: string; readonly inner: readonly InnerWork[] }
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
      readonly hidden: readonly string[];
      readonly operation: UnfinishedOperation | null;
      /** How many commits of a detached HEAD no branch contains. */
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
  /** Its `.git` leads to another repository, or nowhere. */
  | { readonly code: 'git'; readonly kind: 'worktree-astray'; readonly path: string }
  /** It was moved aside, and its place was taken meanwhile; it is at `now`. */
  | {
      readonly code: 'git';
      readonly kind: 'worktree-displaced';
      readonly path: string;
      readonly now: string;
      readonly said: string;
    }
  /** Another process is removing it: `pid`, null if that is not known. */
  | { readonly code: 'illegal'; readonly kind: 'worktree-going'; readonly order: string; readonly pid: number | null }
  /**
   * Since somebody looked at it, or agreed to its removal, `files` are new or have changed, and `open` are being written. The
   * first names; `count`: how many there are of both.
   */
  | {
      readonly code: 'illegal';
      readonly kind: 'worktree-grown';
      readonly path: string;
      readonly files: readonly string[];
      readonly open: readonly string[];
      readonly count: number;
    }
  | { readonly code: 'illegal'; readonly kind: 'worktree-in-use'; readonly path: string }
  /** By another tool, or by a process that is making or removing it. `lock`: what the lock says. */
  | { readonly code: 'illegal'; readonly kind: 'worktree-locked'; readonly path: string; readonly lock: string }
  /** Something is mounted below it, at `mount`. */
  | { readonly code: 'illegal'; readonly kind: 'worktree-mounted'; readonly path: string; readonly mount: string }
  | { readonly code: 'git'; readonly kind: 'worktree-not-finished'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktree-not-removed'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktree-unreadable'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'worktrees-unlisted'; readonly said: string };
