import type { Holder } from '../session/holder.ts';
import type { PathAction, PathRecord } from './record.ts';

type Stamp = {
  readonly nonce: string;
  /** RFC 3339. */
  readonly now: string;
};

/** Returns the first record of a session on a path. */
export function newPathRecord(
  what: Pick<PathRecord, 'path' | 'order' | 'holder' | 'lease' | 'takenFrom' | 'note'>,
  action: PathAction,
  { nonce, now }: Stamp,
): PathRecord {
  return { ...what, remoteLease: null, action, nonce, challenge: null, claimedAt: now, recordedAt: now };
}

/** Returns the record that follows another one. Fields that are not named stay as they were, except that a challenge ends. */
export function nextPathRecord(
  before: PathRecord,
  action: PathAction,
  { nonce, now }: Stamp,
  changes: Partial<Pick<PathRecord, 'order' | 'holder' | 'lease' | 'challenge'>> = {},
): PathRecord {
  return { ...before, challenge: null, ...changes, action, nonce, recordedAt: now };
}

/** Returns the record that passes a path to another session together with its order. */
export function passedPathRecord(before: PathRecord, action: 'hand' | 'take', holder: Holder, stamp: Stamp): PathRecord {
  const takenFrom = action === 'take' ? before.holder.key : null;
  return newPathRecord({ ...before, holder, takenFrom }, action, stamp);
}
