import { ClaimError } from '../errors.ts';

/** An intent is news for this long: then it is done, or was never begun. */
export const FRESH_MS = 10 * 60_000;

/**
 * Parses what kind of thing is about to be done: a word such as `deploy`, `delete` or `force-push`.
 *
 * @throws ClaimError `usage`
 */
export function parseIntentKind(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  throw new ClaimError('usage', `${JSON.stringify(text.slice(0, 40))} is no kind of intent`, {
    hint: 'one word of small letters, digits and "-", at most 32: --kind force-push',
  });
}
