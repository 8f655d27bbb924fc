import { type ClaimRecord, isLive } from '../../core/claim/record.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { Loss } from '../../ports/losses.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { callerItself } from './asker.ts';

/** Returns what a session lost to those who hold it now, as the records say. */
export function lossesIn(readings: ReadonlyMap<OrderId, Reading>, key: SessionKey): Loss[] {
  const losses: Loss[] = [];
  for (const reading of readings.values()) {
    if (reading.kind === 'record' && reading.record.takenFrom === key && isLive(reading.record))
      losses.push(lossOf(reading.record, key));
  }
  return losses;
}

/** Returns what the record says to the session it was taken from. */
export function lossOf({ order, action, generation, holder, claimedAt, note }: ClaimRecord, loser: SessionKey): Loss {
  return { loser, order, generation, taker: holder.id, at: claimedAt, reason: action === 'take' ? note : null };
}

/** Tells whether two say that the same claim was lost; what the record says of the reason may have changed meanwhile. */
export function isSameLoss(one: Loss, other: Loss): boolean {
  return one.order === other.order && one.generation === other.generation;
}

export function lossWarning(loss: Loss): Extract<Warning, { code: 'lost' }> {
  return { code: 'lost', loss };
}

/** Returns claims that the caller lost and was not told of yet; each is told once, whatever the command is about. */
export function unreportedLosses(ports: Ports): Loss[] {
  const caller = callerItself(ports);
  return caller === null ? [] : ports.losses.takeUnreported(caller.key);
}
