import { ClaimError } from '../errors.ts';
import { deletesMessage, sensitiveMessage } from '../event-messages.ts';
import { touching } from '../paths/touching.ts';

/** An intent is news for this long: then it is done, or was never begun. */
export const FRESH_MS = 10 * 60_000;

/**
 * Parses what kind of thing is about to be done: a word such as `deploy`, `delete` or `force-push`.
 *
 * @throws ClaimError `usage`
 */
export function parseIntentKind(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  throw new ClaimError({ code: 'usage', kind: 'intent-kind', text });
}

/** What is announced for a session without its doing. */
export type Announcement = { readonly kind: string; readonly message: string };

/** Files that are deleted or moved in one commit, from which on others should hear of it. The pre-commit hook counts them too. */
const MANY_GONE = 10;

/**
 * Returns what a commit announces by itself: that it deletes or renames many files, and that it changes sensitive ones.
 *
 * @param gone the files that are no longer where they were
 * @param sensitive files and folders (`claim.sensitive`)
 */
export function announcementsOf(
  staged: readonly string[],
  gone: readonly string[],
  sensitive: readonly string[],
): Announcement[] {
  const touched = touching(sensitive, staged);
  return [
    ...(gone.length < MANY_GONE ? [] : [{ kind: 'delete', message: deletesMessage(gone) }]),
    ...(touched.length === 0 ? [] : [{ kind: 'sensitive', message: sensitiveMessage(touched) }]),
  ];
}
