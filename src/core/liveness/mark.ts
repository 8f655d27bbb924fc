import type { Oid } from '../ids.ts';

/** So many digits tell records apart, and keep a beat small. */
export const MARK_DIGITS = 20;

/** Returns what a beat calls a record. */
export function markOf(oid: Oid): string {
  return oid.slice(0, MARK_DIGITS);
}
