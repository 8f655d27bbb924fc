import { ClaimError } from '../errors.ts';

/**
 * How far hooks go: `shadow` and `soft` warn, `hard` refuses. In `soft`, commands also do not
 * recommend or complete what another session holds.
 */
export const MODES = ['shadow', 'soft', 'hard'] as const;
export type Mode = (typeof MODES)[number];

export const DEFAULT_MODE: Mode = 'soft';

/** Who is at work, as far as a hook needs to know. `nobody`: no session is known, as in CI. */
export type Committer = 'agent' | 'person' | 'nobody';

export type Response = 'pass' | 'warn' | 'refuse';

/** What hard mode answers to each finding. The other modes only warn where hard mode refuses. */
const IN_HARD = {
  /** Another session now holds the worktree's claim. */
  lost: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
  /** A commit on another session's order branch. */
  branch: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
  /** The branch is named for an order that another session holds. */
  named: { agent: 'refuse', person: 'warn', nobody: 'pass' },
  /** The branch is named for an order that nobody holds. */
  unclaimed: { agent: 'refuse', person: 'pass', nobody: 'pass' },
  /** The session commits in another worktree than its order's. */
  elsewhere: { agent: 'refuse', person: 'warn', nobody: 'pass' },
  /** A file inside another session's path claim. */
  path: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
  /** Another session has just committed the very same change. */
  shipped: { agent: 'refuse', person: 'warn', nobody: 'warn' },
  /** Another session has just committed to the same files. */
  overlap: { agent: 'warn', person: 'warn', nobody: 'pass' },
  /** An order file says that work has begun or is done, and the claim does not. */
  status: { agent: 'refuse', person: 'warn', nobody: 'warn' },
  /** A push to another session's order branch. */
  push: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
  /** A checkout of another session's order branch. Git has no way to refuse it. */
  checkout: { agent: 'warn', person: 'warn', nobody: 'pass' },
  /** Something other than the holder moved a claim ref or an order branch. Only hard mode installs reference-transaction. */
  refs: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
  /** The claim cannot be read, or git-claim failed. */
  unknown: { agent: 'refuse', person: 'refuse', nobody: 'refuse' },
} as const satisfies Record<string, Record<Committer, Response>>;

export type Rule = keyof typeof IN_HARD;
export const RULES = Object.keys(IN_HARD) as readonly Rule[];

/** The value of `claim.rule.<name>`. */
export type RuleMode = Mode | 'off';

/**
 * Returns what a hook does about a finding. `stricter`: hard mode would have refused.
 *
 * @param isBroughtIn a merge or rebase brings in what was committed elsewhere: nobody refuses that half way
 */
export function responseTo(
  rule: Rule,
  mode: RuleMode,
  actor: Committer,
  isBroughtIn = false,
): { readonly response: Response; readonly stricter: boolean } {
  const usual = IN_HARD[rule][actor];
  const hardest = isBroughtIn && usual === 'refuse' ? 'warn' : usual;
  const response = mode === 'off' ? 'pass' : mode !== 'hard' && hardest === 'refuse' ? 'warn' : hardest;
  return { response, stricter: hardest === 'refuse' && response !== 'refuse' };
}

/**
 * Parses `claim.mode`.
 *
 * @throws ClaimError `usage`
 */
export function parseMode(text: string): Mode {
  return oneOf(MODES, text, 'claim.mode');
}

/**
 * Parses `claim.rule.<name>`: a mode, or `off`.
 *
 * @throws ClaimError `usage`
 */
export function parseRuleMode(rule: Rule, text: string): RuleMode {
  return oneOf([...MODES, 'off'] as const, text, `claim.rule.${rule}`);
}

function oneOf<T extends string>(values: readonly T[], text: string, key: string): T {
  const found = values.find((value) => value === text.toLowerCase());
  if (found !== undefined) return found;
  throw new ClaimError({ code: 'usage', kind: 'mode', key, text, choices: values, usual: DEFAULT_MODE });
}
