import { ClaimError } from '../core/errors.ts';
import { failureText } from '../text/failures/failure.ts';

/** A failure as users of the library catch it, by the name `ClaimError`: its message and its hint are for people. */
export class WordedError extends ClaimError {
  override readonly message: string;
  /** What to do next; null if nothing is known. */
  readonly hint: string | null;

  constructor(error: ClaimError) {
    const { message, hint } = failureText(error.failure, 'library');
    super(error.failure, 'cause' in error ? { cause: error.cause } : {});
    this.message = message;
    this.hint = hint;
    // The stack of the place that threw it, not of this one.
    const { stack = '' } = error;
    this.stack = `${this.name}: ${message}${stack.slice(stack.indexOf('\n    at '))}`;
  }
}

/** Calls a function, and words its failure. */
export async function worded<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ClaimError && !(error instanceof WordedError) ? new WordedError(error) : error;
  }
}

type Methods = { readonly [name: string]: ((...args: never[]) => Promise<unknown>) | Methods };

/** Returns the same methods, with their failures worded. */
export function wordedMethods<T extends Methods>(methods: T): T {
  const entries = Object.entries(methods).map(([name, member]) => [
    name,
    typeof member === 'function' ? (...args: never[]) => worded(() => member(...args)) : wordedMethods(member),
  ]);
  return Object.fromEntries(entries) as T;
}
