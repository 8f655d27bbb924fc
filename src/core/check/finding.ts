import type { Oid, OrderId } from '../ids.ts';

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
  'path-overlap',
  'intent',
] as const;
type FindingKind = (typeof KINDS)[number];

/** `block`: do not start; `warn`: look at it first; `info`: good to know. */
export const SEVERITIES = ['block', 'warn', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];

export type Finding = {
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
  /** One line for people. */
  readonly message: string;
  /** The absolute path of the worktree, as it appears in the message. A text may replace it with a path its reader can type. */
  readonly tree?: string;
};

/** Returns the findings sorted by severity, the worst first, otherwise in the given order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

/** The fields that a finding without such a subject has. */
export const NOTHING = { order: null, session: null, commit: null, paths: [], at: null } as const;

/** How many paths one finding lists. A program that wants all of them asks git. */
const PATHS_MAX = 20;
/** How many paths its message names. */
const LISTED_MAX = 3;

/** Returns the paths that a finding lists, each once. */
export function named(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].slice(0, PATHS_MAX);
}

/** Returns the first paths for people, and how many more there are. */
export function listed(paths: readonly string[]): string {
  const more = paths.length - LISTED_MAX;
  return `${paths.slice(0, LISTED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
