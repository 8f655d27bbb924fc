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

/** `block`: not to be started; `warn`: to be looked at first; `info`: to be known. */
export const SEVERITIES = ['block', 'warn', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];

export type Finding = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly order: OrderId | null;
  /** The short name of the session it is about, where one is known. */
  readonly session: string | null;
  readonly commit: Oid | null;
  /** Files, relative to the top of the work tree. */
  readonly paths: readonly string[];
  /** RFC 3339. */
  readonly at: string | null;
  /** One line for people. */
  readonly message: string;
  /** The work tree that the message names, absolute as there: a text names it as its reader would. */
  readonly tree?: string;
};

/** Returns the gravest first, and those of one gravity as they were found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

/** What a finding is not about. */
export const NOTHING = { order: null, session: null, commit: null, paths: [], at: null } as const;

/** Paths that one finding names; programs that want all ask git. */
const PATHS_MAX = 20;
/** Paths that its message names. */
const LISTED_MAX = 3;

/** Returns as many of the paths as a finding holds, each once. */
export function named(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].slice(0, PATHS_MAX);
}

/** Returns the first of the paths for people, and how many more there are. */
export function listed(paths: readonly string[]): string {
  const more = paths.length - LISTED_MAX;
  return `${paths.slice(0, LISTED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
