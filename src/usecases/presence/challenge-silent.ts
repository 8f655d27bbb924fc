import { isLive } from '../../core/claim/record.ts';
import type { SessionKey } from '../../core/ids.ts';
import { answersInARow, observersWaitMs } from '../../core/liveness/takeover.ts';
import type { Survey } from '../../ports/registry.ts';
import { contentions } from '../evidence/observe.ts';
import { challengeOf, pathChallengeOf } from '../ownership/challenge.ts';
import type { Ports } from '../ports.ts';

/** A beat is short; the claims that are left have the next one, or another helper's. */
const CHALLENGES_MAX = 5;

/** More answers than these change nothing for an observer, and each is two records. */
const HISTORY_MAX = 8;

/**
 * Challenges claims of others, on orders and on paths, that have been silent for longer than an observer waits, so that whoever wants one finds the question
 * asked already. Takes none, and writes nothing where somebody else was faster.
 */
export async function challengeSilent(ports: Ports, by: SessionKey, standing: Pick<Survey, 'readings' | 'paths'>): Promise<void> {
  const others = [...ordersOf(ports, by, standing), ...pathsOf(ports, by, standing)];
  const seen = contentions(ports, others);
  let challenges = 0;
  for (const [at, { claim, answers, swap }] of others.entries()) {
    const one = seen[at];
    if (one?.kind !== 'challenge' || challenges === CHALLENGES_MAX) continue;
    const [nonce] = (await ports.nonces(1)) as [string];
    // Only a claim that was just answered for has a history to look at.
    const answered = claim.record.action === 'answer' ? answersInARow(await answers()) : 0;
    if (one.silentMs < observersWaitMs(claim.record.lease, answered, shareOf(nonce))) continue;
    await swap(nonce);
    challenges += 1;
  }
}

function ordersOf(ports: Ports, by: SessionKey, { readings }: Pick<Survey, 'readings'>) {
  return [...readings.values()].flatMap((reading) => {
    if (reading.kind !== 'record' || !isLive(reading.record) || reading.record.holder.key === by) return [];
    const { order } = reading.record;
    const answers = async () => (await ports.registry.history(order, HISTORY_MAX)).map(({ record }) => record);
    const swap = (nonce: string) => ports.registry.swap([challengeOf(ports, by, reading, nonce)]);
    return [{ subject: order, claim: reading, answers, swap }];
  });
}

function pathsOf(ports: Ports, by: SessionKey, { paths }: Pick<Survey, 'paths'>) {
  return paths.flatMap(({ key, reading }) => {
    if (reading.kind !== 'record' || reading.record.holder.key === by) return [];
    const answers = async () => (await ports.paths.history(key, reading.oid, HISTORY_MAX)).map(({ record }) => record);
    const swap = (nonce: string) => ports.registry.swap([], [pathChallengeOf(ports, by, key, reading, nonce)]);
    return [{ subject: key, claim: reading, answers, swap }];
  });
}

/** A nonce as a number from 0 to 1. */
function shareOf(nonce: string): number {
  return Number.parseInt(nonce.slice(0, 8), 16) / 0x1_0000_0000;
}
