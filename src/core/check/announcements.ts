import { ClaimError } from '../errors.ts';
import { deletesMessage, sensitiveMessage } from '../event-messages.ts';
import { touching } from '../paths/touching.ts';

/** How long an intent is news. After this it was carried out or never begun. */
export const FRESH_MS = 10 * 60_000;

/**
 * Parses what kind of action is announced: a word such as `deploy`, `delete` or `force-push`.
 *
 * @throws ClaimError `usage`
 */
export function parseIntentKind(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  throw new ClaimError({ code: 'usage', kind: 'intent-kind', text });
}

/** An intent that git-claim announces for a session by itself. */
export type Announcement = { readonly kind: string; readonly message: string };

/** A commit that deletes or moves this many files is announced. */
export const MANY_GONE = 10;

/**
 * Returns what a commit announces by itself: that it deletes or moves many files, and that it changes sensitive ones.
 *
 * @param gone files that are no longer where they were
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
