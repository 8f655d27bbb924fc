import type { Kept } from '../record/kept.ts';
import type { LeaseTerms } from '../record/lease.ts';
import { unansweredClause } from '../session/evidence.ts';
import type { Moment } from '../time.ts';
import type { Judgement } from './liveness.ts';
import { elapsedMs, type Observation } from './observation.ts';

/*
 *         silent for `stale`                   challenge unanswered for `grace`, silent for `expire`
 *   live -------------------> challenge it -----------------------------------------------------------> take it
 *     |                            |                                                                      ^
 *     |                            +-- any sign of life: live again                                       |
 *     +-- process provably gone for 15 s: nobody is left to answer ---------------------------------------+
 */

/** A dead agent's children may write for so long (the lock-delay of Chubby and Consul). At most half the grace. */
const DEAD_FOR_MS = 15_000;

/** An observer's patience grows to at most eight times: a holder that always answers is rarely bothered, a dead one is found. */
const DOUBLINGS_MAX = 3;

/**
 * Returns for how long a claim must have been silent before a session that does not want the order challenges it. The challenge
 * spares a session that does want it a second visit.
 *
 * @param answers how many challenges in a row the holder has answered
 * @param share a number from 0 to 1 that spreads observers over one beat, because one challenge is enough
 */
export function observersWaitMs({ staleMs, beatMs }: LeaseTerms, answers: number, share: number): number {
  return staleMs * 2 ** Math.min(answers, DOUBLINGS_MAX) + beatMs * share;
}

/**
 * Returns how many of the most recent challenges were answered in a row.
 *
 * @param records the claim's records, newest first
 */
export function answersInARow(records: readonly { readonly action: string }[]): number {
  const other = records.findIndex(({ action }) => action !== 'answer' && action !== 'challenge');
  return records.slice(0, other < 0 ? records.length : other).filter(({ action }) => action === 'answer').length;
}

/** What a contender may do to a claim that another session holds. */
export type Contention =
  /** `waitMs`: when another look may be worthwhile; null if nothing is known that would end the claim. */
  | { readonly kind: 'leave'; readonly waitMs: number | null }
  /** `silentMs`: how long the holder has been silent. */
  | { readonly kind: 'challenge'; readonly waitMs: number; readonly silentMs: number }
  | { readonly kind: 'take'; readonly because: string };

/**
 * Decides whether a claim may be challenged or taken, given what this machine has seen of it. All durations come from the record.
 * A missing observation means that nothing was seen yet, so a lost cache makes everybody wait longer and robs nobody.
 */
export function contend(
  record: Pick<Kept, 'lease' | 'challenge'>,
  verdict: Judgement,
  seen: Observation | null,
  now: Moment,
): Contention {
  const { staleMs, expireMs, graceMs } = record.lease;
  if (verdict.liveness === 'dead') {
    const deadMs = elapsedMs(seen?.deadSince ?? null, now);
    const waitMs = Math.min(DEAD_FOR_MS, graceMs / 2) - deadMs;
    if (waitMs > 0) return { kind: 'leave', waitMs };
    return { kind: 'take', because: verdict.evidence };
  }
  if (verdict.isProtected || verdict.liveness === 'unknown') return { kind: 'leave', waitMs: null };
  const silentMs = elapsedMs(seen?.silentSince ?? null, now);
  if (silentMs < staleMs) return { kind: 'leave', waitMs: staleMs - silentMs };
  if (record.challenge === null) return { kind: 'challenge', waitMs: Math.max(graceMs, expireMs - silentMs), silentMs };
  const unansweredMs = elapsedMs(seen?.firstSeen ?? null, now);
  const waitMs = Math.max(graceMs - unansweredMs, expireMs - silentMs);
  if (waitMs > 0) return { kind: 'leave', waitMs };
  return { kind: 'take', because: unansweredClause(silentMs, unansweredMs) };
}
