import type { Life } from '../session/life.ts';
import { formatDuration } from '../time.ts';
import type { LeaseTerms } from './lease.ts';

export type Liveness = 'live' | 'stale' | 'challenged' | 'expired' | 'dead' | 'unknown';

/** What is known of a holder, each part as far as it is known. */
export type Signs = {
  readonly life: Life;
  readonly pid: number | null;
  readonly host: string;
  /** Since the last heartbeat that this machine saw, on the monotonic clock; null when none was seen, which proves nothing. */
  readonly silentMs: number | null;
};

export type Verdict = {
  readonly liveness: Liveness;
  /** One clause for people: `process 4711 exited`, `no heartbeat for 2m`. */
  readonly evidence: string;
};

/**
 * Judges whether a holder is still there. Evidence in the order of its strength: the process first, the heartbeat after it. What was never seen counts as
 * life: a missing row, a new cache or another boot must not make anybody look dead.
 */
export function judge(signs: Signs, lease: LeaseTerms): Verdict {
  const { life, pid, silentMs } = signs;
  if (life.kind === 'gone') return { liveness: 'dead', evidence: GONE[life.why](pid) };
  const heard = silentMs === null ? null : `last heartbeat ${formatDuration(silentMs)} ago`;
  if (life.kind === 'alive') return { liveness: 'live', evidence: [`process ${pid} runs`, heard].filter(Boolean).join(', ') };
  if (silentMs !== null && silentMs >= lease.staleMs) {
    return { liveness: 'stale', evidence: `no heartbeat for ${formatDuration(silentMs)}, ${WHY_UNKNOWN[life.why](signs)}` };
  }
  return { liveness: 'live', evidence: heard ?? `nothing seen of it yet, ${WHY_UNKNOWN[life.why](signs)}` };
}

const GONE: Record<Extract<Life, { kind: 'gone' }>['why'], (pid: number | null) => string> = {
  exited: (pid) => `process ${pid} exited`,
  reused: (pid) => `process ${pid} exited (its number belongs to another process now)`,
  zombie: (pid) => `process ${pid} exited (a zombie)`,
};

const WHY_UNKNOWN: Record<Extract<Life, { kind: 'unknown' }>['why'], (signs: Signs) => string> = {
  'no-anchor': ({ host }) => `host ${host}, no process to watch`,
  host: ({ host }) => `on host ${host}`,
  boot: ({ host }) => `host ${host}, another boot`,
  namespace: () => 'in another container',
  hidden: ({ pid }) => `process ${pid} cannot be seen from here`,
};
