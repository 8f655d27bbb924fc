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

export function lossWarning({ order, taker, at, reason }: Loss): Warning {
  const because = reason === null ? '' : `: ${reason}`;
  const message = `you lost ${order} to ${taker} at ${at}${because}; your work stays where it is, and git claim rescue ${order} keeps it under a ref`;
  return { code: 'lost', message };
}

/** Tells whoever called of claims it lost and was not told of yet; each is told once, whatever the command is about. */
export function untoldLosses(ports: Ports): Warning[] {
  const caller = callerItself(ports);
  return caller === null ? [] : ports.losses.takeUntold(caller.key).map(lossWarning);
}
