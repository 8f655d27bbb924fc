import { currentIn } from '../../core/claim/board.ts';
import type { Action, ClaimRecord } from '../../core/claim/record.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { Loss } from '../../ports/losses.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { callerItself } from './asker.ts';

/** Returns the claims that a session lost to their current holders, according to the records. */
export function lossesIn(readings: ReadonlyMap<OrderId, Reading>, key: SessionKey): Loss[] {
  const losses: Loss[] = [];
  for (const reading of currentIn(readings).values())
    if (reading.kind === 'record' && reading.isTaken !== false && reading.record.takenFrom === key)
      losses.push(lossOf(reading.record, key));
  return losses;
}

/** Returns the loss that a record means for the session it was taken from. */
export function lossOf({ order, action, generation, holder, claimedAt, note }: ClaimRecord, loser: SessionKey): Loss {
  return { loser, order, generation, taker: holder.id, at: claimedAt, reason: HANDS.includes(action) ? note : null };
}

/** What a claim changes hands by, or ends by. The notes of other records are not about that. */
const HANDS: readonly Action[] = ['take', 'hand', 'release', 'complete', 'abandon'];

/** Returns whether two losses are of the same claim. Their reasons may differ, because the record may have changed meanwhile. */
export function isSameLoss(one: Loss, other: Loss): boolean {
  return one.order === other.order && one.generation === other.generation;
}

export function lossWarning(loss: Loss): Extract<Warning, { code: 'lost' }> {
  return { code: 'lost', loss };
}

/** Returns the losses that were not reported to the caller yet. Each is reported once, by any command. */
export function unreportedLosses(ports: Ports): Loss[] {
  const caller = callerItself(ports);
  return caller === null ? [] : ports.losses.takeUnreported(caller.key);
}
