/** Everything that can go wrong, under the names and exit codes of docs/json.md; scripts rely on both. */
const EXIT_OF = {
  internal: 1,
  held: 3,
  completed: 3,
  conflict: 3,
  'not-holder': 4,
  lost: 4,
  illegal: 4,
  collision: 5,
  nothing: 6,
  remote: 7,
  unknown: 8,
  foreign: 8,
  'no-repo': 128,
  git: 128,
  usage: 129,
  'bad-id': 129,
  'no-session': 129,
} as const;

export type ErrorCode = keyof typeof EXIT_OF;

/** Returns the process exit code that stands for an error code. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_OF[code];
}

export type ErrorDetail = {
  /** What to do next: one sentence that names a command that exists. */
  readonly hint?: string;
  /** One reason each, where there are several: people read them below each other, programs in the message. */
  readonly reasons?: readonly string[];
  readonly cause?: unknown;
};

/** A failure a person can act on. Refusals ("held by ada") are values, not errors: see core/claim/refusal.ts. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  readonly code: ErrorCode;
  readonly hint: string | null;
  /** The message without the reasons. */
  readonly headline: string;
  readonly reasons: readonly string[];

  constructor(code: ErrorCode, headline: string, detail: ErrorDetail = {}) {
    const { reasons = [] } = detail;
    const message = reasons.length === 0 ? headline : `${headline} (${reasons.join('; ')})`;
    super(message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.code = code;
    this.headline = headline;
    this.reasons = reasons;
    this.hint = detail.hint ?? null;
  }
}
