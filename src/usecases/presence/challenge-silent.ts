import type { SessionKey } from '../../core/ids.ts';
import { answersInARow, observersWaitMs } from '../../core/liveness/takeover.ts';
import type { Survey } from '../../ports/registry.ts';
import { contentionNow, contentions } from '../evidence/observe.ts';
import { challenge } from '../ownership/challenge.ts';
import { liveClaims, recordsOf } from '../ownership/live-claims.ts';
import type { Ports } from '../ports.ts';

/** A beat is short. What is left over has the next beat, or another helper's. */
const CHALLENGES_MAX = 5;

/** More answers change nothing for an observer. Each answer is two records. */
const HISTORY_MAX = 8;

/**
 * Challenges the claims of others, on orders and on paths, whose holders have been silent for longer than an observer waits. A
 * contender then finds them challenged already. Takes no claim, and leaves one alone if another session wrote first.
 */
export async function challengeSilent(ports: Ports, by: SessionKey, surveyed: Pick<Survey, 'readings' | 'paths'>): Promise<void> {
  const others = liveClaims(surveyed, ({ key }) => key !== by);
  const seen = contentions(ports, others);
  let challenges = 0;
  for (const [at, one] of others.entries()) {
    const contention = seen[at];
    if (contention?.kind !== 'challenge' || challenges === CHALLENGES_MAX) continue;
    const { action, lease } = one.claim.record;
    // Only if the last record is an answer does the history matter.
    const answered = action === 'answer' ? answersInARow(await recordsOf(ports, one, HISTORY_MAX)) : 0;
    const [nonce] = (await ports.nonces(1)) as [string];
    if (contention.silentMs < observersWaitMs(lease, answered, shareOf(nonce))) continue;
    if ((await contentionNow(ports, one.subject, one.claim)).kind !== 'challenge') continue;
    await challenge(ports, by, [one]);
    challenges += 1;
  }
}

/** Returns a nonce as a number from 0 to 1. */
function shareOf(nonce: string): number {
  return Number.parseInt(nonce.slice(0, 8), 16) / 0x1_0000_0000;
}
