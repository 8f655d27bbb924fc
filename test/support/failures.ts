import { ClaimError } from '../../src/core/errors.ts';
import type { Failure } from '../../src/core/failures/failure.ts';
import { type FailureText, failureText } from '../../src/text/failures/failure.ts';

/** What a call threw, and how a command words it. */
export type Failed = FailureText & { readonly failure: Failure };

/** Calls what must fail. */
export function failed(call: () => unknown): Failed {
  try {
    call();
  } catch (error) {
    return worded(error);
  }
  throw new Error('it did not fail');
}

/** Waits for what must fail. */
export async function failedLater(outcome: Promise<unknown>): Promise<Failed> {
  return outcome.then(() => {
    throw new Error('it did not fail');
  }, worded);
}

function worded(error: unknown): Failed {
  if (!(error instanceof ClaimError)) throw error;
  return { ...failureText(error.failure, 'command'), failure: error.failure };
}
