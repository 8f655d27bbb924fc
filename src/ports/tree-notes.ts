import type { Oid, SessionKey } from '../core/ids.ts';

/** A commit that the post-commit hook noted. */
export type TreeActivity = { readonly key: SessionKey; readonly atMs: number };

/** A commit that the hook noted of a session on its order's branch, or that the session was rebasing it. */
export type NotedCommit = { readonly key: SessionKey; readonly commit: Oid | null; readonly isRebase: boolean };

/** What a session pushed as its order's branch; null if it deleted the branch there. */
export type NotedPush = { readonly key: SessionKey; readonly commit: Oid | null };

/** A refusal that a hook could not log: the order or the ref to be changed, and the session that tried, if known. */
export type UnreportedRefusal = { readonly what: string; readonly key: SessionKey | null };

/** The notes that hooks leave in a worktree for the next command. Null names the worktree that the command runs in. */
export interface TreeNotes {
  /** Returns the last commit that a hook noted there, dated by the file system's clock; null without one. */
  activity(worktree: string | null): TreeActivity | null;
  /** Returns the last of those commits, oldest first. */
  committed(worktree: string | null): readonly NotedCommit[];
  /** Returns the last pushes that hooks noted there, oldest first. */
  pushed(worktree: string | null): readonly NotedPush[];
  notePushed(worktree: string | null, pushes: readonly NotedPush[]): void;
  /**
   * Returns the warnings about the commit being made, one line each, and forgets them. Warnings older than an hour belong to a
   * commit that was given up, and are left out.
   */
  takeWarned(): readonly string[];
  /** Leaves a mark for the shell hooks that an intent was announced. While it exists, they ask what was announced. */
  noteIntent(): void;
  forgetIntents(): void;
  noteWarned(lines: readonly string[]): void;
  /** Returns the reasons people gave for overriding a hook that could not log them, and forgets them. */
  takeBypassed(): readonly string[];
  /** Returns what hooks refused and could not log, and forgets it. */
  takeRefused(): readonly UnreportedRefusal[];
}
