import type { ClaimView } from '../claim/view.ts';
import type { OrderTrouble } from '../failures/why.ts';
import type { Oid, OrderId } from '../ids.ts';
import type { Waits } from '../orders/dependencies.ts';
import type { CheckedCommit, HeardIntent } from './facts.ts';

/** What a session may collide with. */
export const KINDS = [
  'recent-commit',
  'already-done',
  'branch-exists',
  'worktree-exists',
  'dirty-worktree',
  'live-claim',
  'stale-claim',
  'challenged-claim',
  'legacy-in-progress',
  'waiting',
  'broken-order',
  'duplicate-order',
  'path-overlap',
  'intent',
] as const;
type FindingKind = (typeof KINDS)[number];

/** `block`: do not start; `warn`: look at it first; `info`: good to know. */
export const SEVERITIES = ['block', 'warn', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];

export type Finding = FindingRow & {
  /** The data for its sentence. */
  readonly about: FindingAbout;
};

/** The fields that every finding has, for programs. */
export type FindingRow = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly order: OrderId | null;
  /** The short name of the session it is about, if known. */
  readonly session: string | null;
  readonly commit: Oid | null;
  /** Files, relative to the top of the worktree. */
  readonly paths: readonly string[];
  /** RFC 3339. */
  readonly at: string | null;
};

export type FindingAbout =
  | { readonly what: 'claim'; readonly claim: Pick<ClaimView, 'title' | 'state' | 'evidence'> }
  | { readonly what: 'completed'; readonly fate: 'merged' | 'unmerged' | 'empty' | 'unknown' }
  | { readonly what: 'shipped'; readonly commit: CheckedCommit }
  | { readonly what: 'done-by-file'; readonly statusWord: string | null; readonly file: string }
  | { readonly what: 'waits'; readonly waits: Waits }
  | { readonly what: 'broken'; readonly file: string; readonly trouble: OrderTrouble }
  | { readonly what: 'duplicate'; readonly files: readonly string[] }
  | { readonly what: 'path'; readonly path: string; readonly evidence: string | null; readonly isChanged: boolean }
  | { readonly what: 'branch'; readonly branch: string; readonly lacking: number | null }
  /** `met`: the session's own files that the commit changed. `isOfOrder`: it belongs to an order of the check. */
  | { readonly what: 'commit'; readonly commit: CheckedCommit; readonly met: readonly string[]; readonly isOfOrder: boolean }
  | { readonly what: 'legacy'; readonly file: string }
  | { readonly what: 'intent'; readonly intent: HeardIntent }
  /** Files that were changed before the session started. `tree`: absolute; null for this worktree. */
  | { readonly what: 'left'; readonly files: readonly string[]; readonly tree: string | null }
  /** Files that were deleted in this worktree, where another session was before: nothing tells by whom. */
  | { readonly what: 'gone'; readonly files: readonly string[] }
  /** `tree`: absolute. */
  | { readonly what: 'tree'; readonly tree: string }
  /** `isMet`: the session works on these files too. */
  | { readonly what: 'uncommitted'; readonly tree: string; readonly files: readonly string[]; readonly isMet: boolean };

/** Returns the findings sorted by severity, the worst first, otherwise in the given order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

/** The fields that a finding without such a subject has. */
export const NOTHING = { order: null, session: null, commit: null, paths: [], at: null } as const;

/** How many paths one finding lists. A program that wants all of them asks git. */
const PATHS_MAX = 20;

/** Returns the paths that a finding lists, each once. */
export function named(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].slice(0, PATHS_MAX);
}
