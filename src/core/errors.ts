/** Every error code with its exit code, as docs/json.md lists them. Scripts rely on both. */
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

/** Returns the process exit code for an error code. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_OF[code];
}

export type ErrorDetail = {
  /** What to do next: one sentence that names an existing command. */
  readonly hint?: string;
  /** If there are several reasons, one per entry: people see them as lines, programs as part of the message. */
  readonly reasons?: readonly string[];
  readonly cause?: unknown;
};

/** A failure that a person can act on. A refusal ("held by ada") is a value, not an error: see core/refusal.ts. */
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
