import type { Failure, Trouble } from './failures/failure.ts';

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

/**
 * A failure that a person can act on, thrown. A refusal ("held by ada") is a value, not an error: see core/refusal.ts. The
 * message is for stack traces; text/failures words what people read.
 */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  readonly code: ErrorCode;
  readonly failure: Failure;

  constructor(failure: Failure, options: ErrorOptions = {}) {
    const { code, kind, ...data } = failure;
    super(`${kind} ${JSON.stringify(data)}`, options);
    this.code = code;
    this.failure = failure;
  }
}

/** Returns a caught error as data. */
export function troubleFrom(error: unknown): Trouble {
  if (error instanceof ClaimError) return error.failure;
  return { kind: 'error', said: error instanceof Error ? error.message : String(error) };
}
