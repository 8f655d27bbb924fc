import type { SessionKey } from '../core/ids.ts';

/** A commit was made, as the post-commit hook noted it. */
export type TreeActivity = { readonly key: SessionKey; readonly atMs: number };

/** A refusal that nobody could tell the event log: the order, or the ref that was to be changed, and the session that tried, where it was known. */
export type Unsaid = { readonly what: string; readonly key: SessionKey | null };

/** What hooks leave behind in a work tree for whoever comes next; null names the tree the command runs in. */
export interface TreeNotes {
  /** Returns the last commit a hook noted there, milliseconds since the epoch by the file system's clock; null where there is none. */
  activity(worktree: string | null): TreeActivity | null;
  /** Returns what was warned about the commit in the making, a line for each, and forgets it; warnings of an hour ago are of a commit that was given up. */
  takeWarned(): readonly string[];
  /** Leaves a sign for hooks, which are shell, that somebody announced something; until it is forgotten they ask. */
  noteIntent(): void;
  forgetIntents(): void;
  noteWarned(lines: readonly string[]): void;
  /** Returns the reasons for which people overrode a hook that could not tell the event log, and forgets them. */
  takeBypassed(): readonly string[];
  /** Returns what the same hooks refused, and forgets it. */
  takeRefused(): readonly Unsaid[];
}
