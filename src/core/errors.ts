import type { ErrorCode } from './exit-codes.ts';
import type { Failure, Trouble } from './failures/failure.ts';

/**
 * A failure that a person can act on, thrown. A refusal ("held by ada") is a value, not an error: see core/refusal.ts. The
 * message is for stack traces; text/failures words what people read.
 */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  readonly code: ErrorCode;
  readonly failure: Failure;
  /** What a document of this error has besides, for programs. */
  document: Readonly<Record<string, unknown>> | null = null;

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
