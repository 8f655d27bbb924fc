import type { Life } from '../session/life.ts';
import { formatDuration, type Moment } from '../time.ts';
import { elapsedMs, type Observation } from './observation.ts';
import type { ClaimRecord } from './record.ts';

export type Liveness = 'live' | 'stale' | 'challenged' | 'expired' | 'dead' | 'unknown';

export type Verdict = {
  readonly liveness: Liveness;
  /** One clause for people: `process 4711 exited`, `no heartbeat for 2m`. */
  readonly evidence: string;
  /** The holder's process is provably alive: silence alone ends nothing. */
  readonly isProtected: boolean;
};

/**
 * Judges whether a holder is still there. Evidence in the order of its strength: the process first, the heartbeat after it. What was never seen counts as
 * life: a missing row, a new cache or another boot must not make anybody look dead.
 *
 * @param life what is seen of the holder's anchor from here
 * @param seen what this machine has noted of the claim; null for nothing
 */
export function judge(record: ClaimRecord, life: Life, seen: Observation | null, now: Moment): Verdict {
  const pid = record.holder.anchor?.pid ?? null;
  if (life.kind === 'gone') return { liveness: 'dead', evidence: GONE[life.why](pid), isProtected: false };
  const heard = heartbeatClause(seen, now);
  if (life.kind === 'alive') {
    return { liveness: 'live', evidence: [`process ${pid} runs`, ...heard].join(', '), isProtected: true };
  }
  const where = WHY_UNKNOWN[life.why](record.holder.host, pid);
  const silentMs = elapsedMs(seen?.silentSince ?? null, now);
  if (silentMs < record.lease.staleMs) {
    return { liveness: 'live', evidence: heard[0] ?? `nothing seen of it yet, ${where}`, isProtected: false };
  }
  const silence = `no heartbeat for ${formatDuration(silentMs)}, ${where}`;
  if (record.challenge === null) return { liveness: 'stale', evidence: silence, isProtected: false };
  const standingMs = elapsedMs(seen?.firstSeen ?? null, now);
  const isExpired = standingMs >= record.lease.graceMs && silentMs >= record.lease.expireMs;
  const evidence = `${silence}, challenge unanswered for ${formatDuration(standingMs)}`;
  return { liveness: isExpired ? 'expired' : 'challenged', evidence, isProtected: false };
}

/** A heartbeat of another boot says nothing of how long ago it was. */
function heartbeatClause(seen: Observation | null, now: Moment): string[] {
  const heartbeat = seen?.heartbeat ?? null;
  if (heartbeat === null || heartbeat.boot !== now.boot) return [];
  return [`last heartbeat ${formatDuration(elapsedMs(heartbeat, now))} ago`];
}

const GONE: Record<Extract<Life, { kind: 'gone' }>['why'], (pid: number | null) => string> = {
  exited: (pid) => `process ${pid} exited`,
  reused: (pid) => `process ${pid} exited (its number belongs to another process now)`,
  zombie: (pid) => `process ${pid} exited (a zombie)`,
};

const WHY_UNKNOWN: Record<Extract<Life, { kind: 'unknown' }>['why'], (host: string, pid: number | null) => string> = {
  'no-anchor': (host) => `host ${host}, no process to watch`,
  host: (host) => `on host ${host}`,
  boot: (host) => `host ${host}, another boot`,
  namespace: () => 'in another container',
  hidden: (_, pid) => `process ${pid} cannot be seen from here`,
};
