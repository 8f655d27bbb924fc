import type { Kept } from '../record/kept.ts';
import { type Life, lifeClause } from '../session/life.ts';
import { formatDuration, type Moment } from '../time.ts';
import { idleMs, isForgotten, type Patience } from './idle.ts';
import { elapsedMs, type Observation } from './observation.ts';

/** Durations are shown in whole seconds. */
const LEAST_SHOWN_MS = 1_000;

export type Liveness = 'live' | 'stale' | 'challenged' | 'expired' | 'dead' | 'unknown';

export type Judgement = {
  readonly liveness: Liveness;
  /** One clause for people: `process 4711 exited`, `no heartbeat for 2m`. */
  readonly evidence: string;
  /** The holder's process is provably alive: silence alone ends nothing. */
  readonly isProtected: boolean;
  /** It is alive, and has done nothing for a while. */
  readonly isIdle: boolean;
};

/**
 * Judges whether a holder is still there. Evidence in the order of its strength: the process first, the heartbeat after it. What was never seen counts as
 * life: a missing row, a new cache or another boot must not make anybody look dead.
 *
 * @param life what is seen of the holder's anchor from here
 * @param seen what this machine has noted of the claim; null for nothing
 * @param patience after which idleness a living process is shown as idle, and after which it protects nothing
 */
export function judge(
  record: Pick<Kept, 'holder' | 'lease' | 'challenge'>,
  life: Life,
  seen: Observation | null,
  now: Moment,
  patience: Patience,
): Judgement {
  const pid = record.holder.anchor?.pid ?? null;
  const watched = lifeClause(life, record.holder.host, pid);
  if (life.kind === 'gone') {
    const deadMs = elapsedMs(seen?.deadSince ?? null, now);
    const evidence = deadMs < LEAST_SHOWN_MS ? watched : `${watched}, at least ${formatDuration(deadMs)} ago`;
    return { liveness: 'dead', evidence, isProtected: false, isIdle: false };
  }
  const heard = heartbeatClause(seen, now);
  const idleForMs = idleMs(seen, now);
  const isIdle = idleForMs >= patience.idleAfterMs;
  const idle = isIdle ? [`idle for ${formatDuration(idleForMs)}`] : [];
  if (life.kind === 'alive' && !isForgotten(idleForMs, patience)) {
    return { liveness: 'live', evidence: [watched, ...heard, ...idle].join(', '), isProtected: true, isIdle };
  }
  const where = life.kind === 'alive' ? [watched, ...idle].join(', ') : watched;
  const silentMs = elapsedMs(seen?.silentSince ?? null, now);
  if (silentMs < record.lease.staleMs) {
    const sign = heard[0] === undefined ? `nothing seen of it yet, ${where}` : [heard[0], ...idle].join(', ');
    return { liveness: 'live', evidence: sign, isProtected: false, isIdle };
  }
  const silence = `no heartbeat for ${formatDuration(silentMs)}, ${where}`;
  if (record.challenge === null) return { liveness: 'stale', evidence: silence, isProtected: false, isIdle };
  const standingMs = elapsedMs(seen?.firstSeen ?? null, now);
  const isExpired = standingMs >= record.lease.graceMs && silentMs >= record.lease.expireMs;
  const evidence = `${silence}, challenge unanswered for ${formatDuration(standingMs)}`;
  return { liveness: isExpired ? 'expired' : 'challenged', evidence, isProtected: false, isIdle };
}

/** A heartbeat of another boot says nothing of how long ago it was. */
function heartbeatClause(seen: Observation | null, now: Moment): string[] {
  const heartbeat = seen?.heartbeat ?? null;
  if (heartbeat === null || heartbeat.boot !== now.boot) return [];
  return [`last heartbeat ${formatDuration(elapsedMs(heartbeat, now))} ago`];
}
