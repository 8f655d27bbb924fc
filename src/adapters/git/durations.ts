import { ClaimError } from '../../core/errors.ts';
import { assertPatience, DEFAULT_PATIENCE, type Patience } from '../../core/liveness/idle.ts';
import { DEFAULT_PATH_TTL_MS } from '../../core/paths/lease.ts';
import {
  assertLease,
  assertRemoteLease,
  BEAT_MS_MIN,
  DEFAULT_PERSON_IDLE_MS,
  DEFAULT_REMOTE_LEASE,
  HELPED_LEASE,
  type LeaseTerms,
  UNHELPED_LEASE,
} from '../../core/record/lease.ts';
import { parseDurationMs } from '../../core/time.ts';
import type { GitConfig } from './config.ts';

/** Returns whether the configuration sets the lease, which then applies to every session, with a helper or without. */
export function hasOwnLease(config: GitConfig): boolean {
  return ['heartbeat', 'staleAfter', 'expireAfter', 'grace'].some((key) => config.get(`claim.${key}`) !== null);
}

/** Returns the lease for new records: the defaults, unless the configuration says otherwise. */
export function leaseTermsOf(config: GitConfig): LeaseTerms {
  // No claim may be written before every setting it is judged by is known to be valid.
  patienceOf(config);
  personIdleOf(config);
  const duration = durationsIn(config);
  const terms = assertLease({
    beatMs: duration('heartbeat', UNHELPED_LEASE.beatMs),
    staleMs: duration('staleAfter', UNHELPED_LEASE.staleMs),
    expireMs: duration('expireAfter', UNHELPED_LEASE.expireMs),
    graceMs: duration('grace', UNHELPED_LEASE.graceMs),
  });
  if (terms.beatMs < BEAT_MS_MIN) throw new ClaimError({ code: 'usage', kind: 'lease', why: 'beat-too-short', terms });
  return terms;
}

/** Returns the lease of new records for other clones. A helper reads the remote at its beats, and no more often than it beats. */
export function remoteLeaseTermsOf(config: GitConfig): LeaseTerms {
  const duration = durationsIn(config);
  const beatMs = duration('remoteHeartbeat', DEFAULT_REMOTE_LEASE.beatMs);
  return assertRemoteLease({
    beatMs: beatMs <= 0 ? beatMs : Math.max(beatMs, duration('heartbeat', HELPED_LEASE.beatMs)),
    staleMs: duration('remoteStaleAfter', DEFAULT_REMOTE_LEASE.staleMs),
    expireMs: duration('remoteExpireAfter', DEFAULT_REMOTE_LEASE.expireMs),
    graceMs: duration('remoteGrace', DEFAULT_REMOTE_LEASE.graceMs),
  });
}

/** Returns how long a living holder may do nothing before it is shown as idle, and before it protects nothing. */
export function patienceOf(config: GitConfig): Patience {
  const duration = durationsIn(config);
  return assertPatience({
    idleAfterMs: duration('idleAfter', DEFAULT_PATIENCE.idleAfterMs),
    maxIdleMs: duration('maxIdle', DEFAULT_PATIENCE.maxIdleMs),
  });
}

/** Returns how long a person is not called silent after the terminal has closed, in milliseconds. */
export function personIdleOf(config: GitConfig): number {
  return durationsIn(config)('personIdle', DEFAULT_PERSON_IDLE_MS);
}

/** Returns how long a path claim outlives its session's silence, in milliseconds. */
export function pathTtlOf(config: GitConfig): number {
  return durationsIn(config)('pathTtl', DEFAULT_PATH_TTL_MS);
}

/** Returns how old what is known of the remote may be where claims are shown, in milliseconds. */
export function remoteMaxAgeOf(config: GitConfig): number {
  return durationsIn(config)('remoteMaxAge', DEFAULT_REMOTE_MAX_AGE_MS);
}

const DEFAULT_REMOTE_MAX_AGE_MS = 60_000;

/** Returns how long the setup of a worktree may take, in milliseconds. */
export function setupMsOf(config: GitConfig): number {
  const duration = durationsIn(config);
  return duration('setupTimeout', SETUP_MS);
}

/** Installing what a project needs takes minutes. */
const SETUP_MS = 10 * 60_000;

function durationsIn(config: GitConfig): (key: string, fallbackMs: number) => number {
  return (key, fallbackMs) => {
    const text = config.get(`claim.${key}`);
    return text === null ? fallbackMs : parseDurationMs(text, `claim.${key}`);
  };
}
