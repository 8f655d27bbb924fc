import type { Kept } from '../record/kept.ts';
import type { LeaseTerms } from '../record/lease.ts';
import { formatDuration, type Moment } from '../time.ts';
import type { Judgement } from './liveness.ts';
import { elapsedMs, type Observation } from './observation.ts';

/*
 *         silent for `stale`                   challenge unanswered for `grace`, silent for `expire`
 *   live -------------------> challenge it -----------------------------------------------------------> take it
 *     |                            |                                                                      ^
 *     |                            +-- any sign of life: live again                                       |
 *     +-- process provably gone for 15 s: nobody is left to answer ---------------------------------------+
 */

/** A dead agent's children may still be writing; so much later they are not (the lock-delay of Chubby and Consul). Half the grace where that is less. */
const DEAD_FOR_MS = 15_000;

/** An observer's patience grows to eight times what it was: a holder that always answers is hardly bothered any more, and one that died is still found. */
const DOUBLINGS_MAX = 3;

/**
 * Returns how long a claim must have been silent until somebody who does not want the order challenges it, so that whoever does need not visit twice.
 *
 * @param answers how many challenges in a row its holder has answered
 * @param share a number from 0 to 1 that spreads observers over a beat: the first of them is enough
 */
export function observersWaitMs({ staleMs, beatMs }: LeaseTerms, answers: number, share: number): number {
  return staleMs * 2 ** Math.min(answers, DOUBLINGS_MAX) + beatMs * share;
}

/** Returns how many challenges in a row were answered last, from a claim's records, newest first. */
export function answersInARow(records: readonly { readonly action: string }[]): number {
  const other = records.findIndex(({ action }) => action !== 'answer' && action !== 'challenge');
  return records.slice(0, other < 0 ? records.length : other).filter(({ action }) => action === 'answer').length;
}

/** What a contender may do to a claim that another session holds. */
export type Contention =
  /** `waitMs`: when it may be worth looking again; null when nothing is known to end it. */
  | { readonly kind: 'leave'; readonly waitMs: number | null }
  /** `silentMs`: for how long nothing was heard of its holder. */
  | { readonly kind: 'challenge'; readonly waitMs: number; readonly silentMs: number }
  | { readonly kind: 'take'; readonly because: string };

/**
 * Decides whether a claim may be challenged or taken, from what this machine has seen of it. All durations come from the record; a
 * missing observation means nothing was seen yet, so that a lost cache makes everybody wait longer and robs nobody.
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
  if (verdict.isProtected) return { kind: 'leave', waitMs: null };
  const silentMs = elapsedMs(seen?.silentSince ?? null, now);
  if (silentMs < staleMs) return { kind: 'leave', waitMs: staleMs - silentMs };
  if (record.challenge === null) return { kind: 'challenge', waitMs: Math.max(graceMs, expireMs - silentMs), silentMs };
  const standingMs = elapsedMs(seen?.firstSeen ?? null, now);
  const waitMs = Math.max(graceMs - standingMs, expireMs - silentMs);
  if (waitMs > 0) return { kind: 'leave', waitMs };
  return {
    kind: 'take',
    because: `silent for ${formatDuration(silentMs)}, no answer to a challenge for ${formatDuration(standingMs)}`,
  };
}
