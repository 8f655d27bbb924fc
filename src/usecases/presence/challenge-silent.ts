import type { SessionKey } from '../../core/ids.ts';
import { answersInARow, observersWaitMs } from '../../core/liveness/takeover.ts';
import { worksElsewhere } from '../caller/tree.ts';
import { lookForMoves } from '../evidence/moved-refs.ts';
import { contentionNow, contentions } from '../evidence/observe.ts';
import { challenge } from '../ownership/challenge.ts';
import { liveClaims, recordsOf } from '../ownership/live-claims.ts';
import type { Ports } from '../ports.ts';
import { type ReadClaims, readSubjects } from './read-own.ts';

/** A beat is short. What is left over has the next beat, or another helper's. */
const CHALLENGES_MAX = 5;

/** More answers change nothing for an observer. Each answer is two records. */
const HISTORY_MAX = 8;

/** Claims that are looked at in one beat. The next one looks at others. */
const LOOKED_AT_MAX = 50;

/** A holder that beats gives no more cause for a look than this part of a beat after its last one. */
const MISSED_BEATS = 1.5;

/**
 * Challenges the claims of others, on orders and on paths, whose holders have been silent for longer than an observer waits. A
 * contender then finds them challenged already. Takes no claim, and leaves one alone if another session wrote first.
 *
 * One helper looks for all, once a beat, and only at claims of which the cache has heard nothing for longer than that.
 *
 * @param surveyed all claims, if the caller has read them; null for those that the cache names
 */
export async function challengeSilent(ports: Ports, by: SessionKey, surveyed: ReadClaims | null): Promise<void> {
  const { beatMs } = ports.settings.helpedLease;
  const now = ports.clock.now();
  // Helpers do not beat at exactly equal intervals.
  if (!ports.sightings.takeTurn('challenge', now, beatMs * 0.9)) return;
  const missed = { ...now, monoMs: now.monoMs - beatMs * MISSED_BEATS };
  const read = surveyed ?? (await readSubjects(ports, ports.sightings.silentSince(missed, by, LOOKED_AT_MAX)));
  // What has ended is not looked at again.
  if (surveyed === null) await lookForMoves(ports, read, null, false);
  await challengeAmong(ports, by, read);
}

async function challengeAmong(ports: Ports, by: SessionKey, surveyed: ReadClaims): Promise<void> {
  // Whoever wants a claim of another clone challenges it. If each clone did, each would push.
  const others = liveClaims(surveyed, (holder) => holder.key !== by && !worksElsewhere(ports, holder));
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
