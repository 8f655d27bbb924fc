import { answersInARow, observersWaitMs } from '../core/claim/contend.ts';
import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { OrderId, SessionKey } from '../core/ids.ts';
import type { Reading } from '../ports/registry.ts';
import { challengeOf } from './challenge.ts';
import { contention } from './observe.ts';
import type { Ports } from './ports.ts';

/** A beat is short; the claims that are left have the next one, or another helper's. */
const CHALLENGES_MAX = 5;

/** More answers than these change nothing for an observer, and each is two records. */
const HISTORY_MAX = 8;

/**
 * Challenges claims of others that have been silent for longer than an observer waits, so that whoever wants one finds the question asked already. Takes none,
 * and writes nothing where somebody else was faster.
 */
export async function challengeSilent(ports: Ports, by: SessionKey, readings: ReadonlyMap<OrderId, Reading>): Promise<void> {
  const others = [...readings.values()].filter(
    (reading) => reading.kind === 'record' && isLive(reading.record) && reading.record.holder.key !== by,
  ) as readonly Witnessed[];
  let challenges = 0;
  for (const claim of others) {
    const seen = contention(ports, claim.record.order, claim);
    if (seen.kind !== 'challenge' || challenges === CHALLENGES_MAX) continue;
    const [nonce] = (await ports.nonces(1)) as [string];
    if (seen.silentMs < observersWaitMs(claim.record.lease, await answersTo(ports, claim), shareOf(nonce))) continue;
    await ports.registry.swap([challengeOf(ports, by, claim, nonce)]);
    challenges += 1;
  }
}

/** Only a claim that was just answered for has a history to look at. */
async function answersTo(ports: Ports, { record }: Witnessed): Promise<number> {
  if (record.action !== 'answer') return 0;
  return answersInARow((await ports.registry.history(record.order, HISTORY_MAX)).map((one) => one.record));
}

/** A nonce as a number from 0 to 1. */
function shareOf(nonce: string): number {
  return Number.parseInt(nonce.slice(0, 8), 16) / 0x1_0000_0000;
}
