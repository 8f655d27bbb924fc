import type { GitFailure, Sandbox } from './git.ts';
import type { OrderFailure } from './orders.ts';
import type { PathFailure } from './paths.ts';
import type { RemoteFailure } from './remote.ts';
import type { SessionFailure } from './sessions.ts';
import type { SettingFailure } from './settings.ts';
import type { SystemFailure } from './system.ts';
import type { UsageFailure } from './usage.ts';
import type { WorktreeFailure } from './worktrees.ts';

/** Why a command ended with an error: its exit code, its kind and its data. The sentences are in text/failures. */
export type Failure =
  | GitFailure
  | NestedFailure
  | OrderFailure
  | PathFailure
  | RemoteFailure
  | SessionFailure
  | SettingFailure
  | SystemFailure
  | UsageFailure
  | WorktreeFailure;

/** A failure caused by other failures. */
export type NestedFailure =
  | WorktreeNotMade
  | { readonly code: 'git'; readonly kind: 'no-worktree-made'; readonly failures: readonly WorktreeNotMade[] };

export type WorktreeNotMade = {
  readonly code: 'git';
  readonly kind: 'worktree-not-made';
  readonly order: string;
  readonly why: WorktreeTrouble;
  /** What happened to the claims that the command had taken. */
  readonly fate: 'given-back' | 'not-given-back' | 'none-taken';
  readonly taken: readonly string[];
  /** The sandbox in which it failed; `unknown`: something else forbids to write there; null: it may be written there. */
  readonly sandbox: Sandbox | 'unknown' | null;
};

/** Why there is no worktree. `lock`: what the process that is making it wrote there. */
export type WorktreeTrouble =
  | { readonly kind: 'being-made'; readonly lock: string | null }
  | { readonly kind: 'no-branch'; readonly branch: string; readonly said: string | null }
  /** Git still lists a worktree that is gone and that another tool has locked; `reason`: in its words, perhaps empty. */
  | { readonly kind: 'lost-tree'; readonly branch: string; readonly path: string; readonly reason: string }
  | Trouble;

/** Why something failed: a failure, or the words of another error. */
export type Trouble = Failure | { readonly kind: 'error'; readonly said: string };
