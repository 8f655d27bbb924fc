import type { Kept } from '../record/kept.ts';
import {
  beatClause,
  challengedClause,
  closedClause,
  deadClause,
  elsewhereClause,
  heartbeatClause,
  idleClause,
  lifeClause,
  silentClause,
  unseenClause,
} from '../session/evidence.ts';
import type { Holder } from '../session/holder.ts';
import type { Life } from '../session/life.ts';
import type { Moment } from '../time.ts';
import { idleMs, isForgotten, type Patience } from './idle.ts';
import { elapsedMs, type Observation } from './observation.ts';

/** Durations are shown in whole seconds. */
const LEAST_SHOWN_MS = 1_000;

export type Liveness = 'live' | 'stale' | 'challenged' | 'expired' | 'dead' | 'unknown';

export type Judgement = {
  readonly liveness: Liveness;
  /** One clause for people: `process 4711 exited`, `silent for 2m`. */
  readonly evidence: string;
  /** The holder's process is provably alive, so silence alone ends nothing. */
  readonly isProtected: boolean;
  /** The holder is alive but has done nothing for a while. */
  readonly isIdle: boolean;
};

/**
 * Judges whether a holder is still there. The process is the strongest evidence, the heartbeat comes after it. Missing evidence
 * counts as life: a missing row, a new cache or another boot must not make anybody look dead. The shell of a person's terminal is
 * no evidence once it is gone: then only the silence counts, for as long as the lease in the record says.
 *
 * @param life what the caller sees of the holder's anchor
 * @param seen what this machine has recorded of the claim; null if nothing
 * @param patience when a living process is shown as idle, and when it stops protecting the claim
 * @param shownAt what clauses count from, for a holder in another clone; null for one of this clone
 */
export function judge(
  record: Pick<Kept, 'holder' | 'lease' | 'challenge'>,
  life: Life,
  seen: Observation | null,
  now: Moment,
  patience: Patience,
  shownAt: Moment | null = null,
): Judgement {
  const watched = whereabouts(record.holder, life, shownAt !== null);
  if (isDead(record.holder, life)) {
    const deadMs = elapsedMs(seen?.deadSince ?? null, now);
    const evidence = deadMs < LEAST_SHOWN_MS ? watched : deadClause(watched, deadMs);
    return { liveness: 'dead', evidence, isProtected: false, isIdle: false };
  }
  const heard = shownAt === null ? heartbeatHeard(seen, now, heartbeatClause) : heartbeatHeard(seen, shownAt, beatClause);
  const idleForMs = idleMs(seen, now);
  const isIdle = idleForMs >= patience.idleAfterMs;
  const idle = isIdle ? [idleClause(idleForMs)] : [];
  if (life.kind === 'alive' && !isForgotten(idleForMs, patience)) {
    return { liveness: 'live', evidence: [watched, ...heard, ...idle].join(', '), isProtected: true, isIdle };
  }
  const where = life.kind === 'alive' ? [watched, ...idle].join(', ') : watched;
  const silentMs = elapsedMs(seen?.silentSince ?? null, now);
  if (silentMs < record.lease.staleMs) {
    const signs = life.kind === 'gone' || shownAt !== null ? [watched, ...heard] : heard;
    const sign = heard[0] === undefined ? unseenClause(where) : [...signs, ...idle].join(', ');
    return { liveness: 'live', evidence: sign, isProtected: false, isIdle };
  }
  const silence = silentClause(silentMs, where);
  if (record.challenge === null) return { liveness: 'stale', evidence: silence, isProtected: false, isIdle };
  const unansweredMs = elapsedMs(seen?.firstSeen ?? null, now);
  const isExpired = unansweredMs >= record.lease.graceMs && silentMs >= record.lease.expireMs;
  const evidence = challengedClause(silence, unansweredMs);
  return { liveness: isExpired ? 'expired' : 'challenged', evidence, isProtected: false, isIdle };
}

/** Returns what is known of where a holder is, and whether its process runs. */
export function whereabouts({ anchor, host, person }: Holder, life: Life, isElsewhere: boolean): string {
  const watched = (person === null ? lifeClause : closedClause)(life, host, anchor?.pid ?? null);
  return isElsewhere ? elsewhereClause(watched) : watched;
}

/** Returns whether a session ended with its process. A person's does not end with a terminal's shell: they open another one. */
export function isDead({ person }: Pick<Holder, 'person'>, life: Life): boolean {
  return life.kind === 'gone' && person === null;
}

/** Returns how long ago the last heartbeat was, as a clause. A heartbeat from another boot does not say how long ago it was. */
function heartbeatHeard(seen: Observation | null, now: Moment, clause: (agoMs: number) => string): string[] {
  const heartbeat = seen?.heartbeat ?? null;
  if (heartbeat === null || heartbeat.boot !== now.boot) return [];
  return [clause(elapsedMs(heartbeat, now))];
}
