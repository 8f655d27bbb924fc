import type { Holder } from '../session/holder.ts';
import type { PathAction, PathRecord } from './record.ts';

type Stamp = {
  readonly nonce: string;
  /** RFC 3339. */
  readonly now: string;
};

/** Composes the first record of a session on a path. */
export function newPathRecord(
  what: Pick<PathRecord, 'path' | 'order' | 'holder' | 'lease' | 'takenFrom' | 'note'>,
  action: PathAction,
  { nonce, now }: Stamp,
): PathRecord {
  return { ...what, action, nonce, challenge: null, claimedAt: now, recordedAt: now };
}

/** Composes the record that stands upon another one; what is not named stays as it was, but no challenge does. */
export function nextPathRecord(
  before: PathRecord,
  action: PathAction,
  { nonce, now }: Stamp,
  changes: Partial<Pick<PathRecord, 'order' | 'holder' | 'lease' | 'challenge'>> = {},
): PathRecord {
  return { ...before, challenge: null, ...changes, action, nonce, recordedAt: now };
}

/** Composes the record by which a path goes to another session together with its order. */
export function passedPathRecord(before: PathRecord, action: 'hand' | 'take', holder: Holder, stamp: Stamp): PathRecord {
  const takenFrom = action === 'take' ? before.holder.key : null;
  return newPathRecord({ ...before, holder, takenFrom }, action, stamp);
}
