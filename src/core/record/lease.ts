import { ClaimError } from '../errors.ts';
import type { LeaseTrouble } from '../failures/settings.ts';

/** How long a claim is believed without a heartbeat. For each claim the numbers in its own record count. */
export type LeaseTerms = {
  readonly beatMs: number;
  /** Silence after which the claim may be challenged. */
  readonly staleMs: number;
  /** Silence after which it may be taken. */
  readonly expireMs: number;
  /** How long a challenge must remain unanswered. */
  readonly graceMs: number;
};

/** How many times per beat the helper reads its refs. */
export const POLLS_A_BEAT = 3;

/** The shortest beat that may be configured. Each one starts a program, and a helper must not keep a processor busy. */
export const BEAT_MS_MIN = 200;

/** The lease of a session with a heartbeat helper, which beats every 30 s. */
export const HELPED_LEASE: LeaseTerms = { beatMs: 30_000, staleMs: 90_000, expireMs: 180_000, graceMs: 30_000 };

/** The lease without a helper. Only commands and hooks show that the session lives, so others wait longer to call it silent. */
export const UNHELPED_LEASE: LeaseTerms = {
  beatMs: HELPED_LEASE.beatMs * 2,
  staleMs: HELPED_LEASE.staleMs * 2,
  expireMs: (HELPED_LEASE.expireMs * 5) / 3,
  graceMs: HELPED_LEASE.graceMs * 2,
};

/** The lease for observers in other clones, who hear of the holder through the remote alone. */
export const DEFAULT_REMOTE_LEASE: LeaseTerms = { beatMs: 120_000, staleMs: 360_000, expireMs: 720_000, graceMs: 300_000 };

/** How long a look at the remote and a push may take, at most; with a shorter beat, a quarter of it. */
const ROUND_TRIP_MS = 30_000;

/** How long a person may be away after the terminal has closed (`claim.personIdle`). */
export const DEFAULT_PERSON_IDLE_MS = 2 * 3_600_000;

/** Returns the lease of a person at a terminal, who is not silent before that time: nobody gives work back by closing it. */
export function personLease(lease: LeaseTerms, idleMs: number): LeaseTerms {
  const staleMs = Math.max(lease.staleMs, idleMs);
  return { ...lease, staleMs, expireMs: Math.max(lease.expireMs, staleMs + lease.graceMs) };
}

/** Returns the lease for other clones of a record with this lease for its own. They see less, and wait at least as long. */
export function remoteLeaseOf(lease: LeaseTerms, remote: LeaseTerms): LeaseTerms {
  const staleMs = Math.max(remote.staleMs, lease.staleMs);
  return { ...remote, staleMs, expireMs: Math.max(remote.expireMs, lease.expireMs, staleMs + remote.graceMs) };
}

/** Returns the terms as the value of a record's `Lease` trailer, in seconds: `beat=30 stale=90 expire=180 grace=30`. */
export function formatLease(terms: LeaseTerms): string {
  const seconds = (ms: number) => String(ms / 1000);
  return `beat=${seconds(terms.beatMs)} stale=${seconds(terms.staleMs)} expire=${seconds(terms.expireMs)} grace=${seconds(terms.graceMs)}`;
}

/** Returns the terms that a `Lease` trailer names, or null if they are malformed or cannot work together. */
export function parseLease(text: string): LeaseTerms | null {
  const match = /^beat=([0-9.]{1,12}) stale=([0-9.]{1,12}) expire=([0-9.]{1,12}) grace=([0-9.]{1,12})$/.exec(text);
  if (match === null) return null;
  const [beatMs, staleMs, expireMs, graceMs] = match.slice(1).map((seconds) => Math.round(Number(seconds) * 1000));
  const terms = { beatMs, staleMs, expireMs, graceMs } as LeaseTerms;
  return leaseTrouble(terms) === null ? terms : null;
}

/**
 * Returns the terms if they can work together.
 *
 * @throws ClaimError `usage` that says which rule is broken
 */
export function assertLease(terms: LeaseTerms): LeaseTerms {
  const why = leaseTrouble(terms);
  if (why === null) return terms;
  throw new ClaimError({ code: 'usage', kind: 'lease', why, terms });
}

/**
 * Returns the terms for other clones if they can work together. A holder looks at the remote once a beat: within the grace it
 * must be able to miss one, and to answer at the next.
 *
 * @throws ClaimError `usage` that says which rule is broken
 */
export function assertRemoteLease(terms: LeaseTerms): LeaseTerms {
  const { beatMs, graceMs } = terms;
  const isShort = graceMs < 2 * beatMs + Math.min(ROUND_TRIP_MS, beatMs / 4);
  const why =
    beatMs > 0 && beatMs < BEAT_MS_MIN ? 'beat-too-short' : (leaseTrouble(terms) ?? (isShort ? 'grace-too-short' : null));
  if (why === null) return terms;
  throw new ClaimError({ code: 'usage', kind: 'remote-lease', why, terms });
}

/**
 * Returns the rule that the terms break, or null. A holder reads its refs three times a beat;
 * grace for less than two reads would rob it.
 */
export function leaseTrouble(terms: LeaseTerms): LeaseTrouble | null {
  const { beatMs, staleMs, expireMs, graceMs } = terms;
  if (![beatMs, staleMs, expireMs, graceMs].every((ms) => Number.isFinite(ms) && ms > 0)) {
    return 'not-above-zero';
  }
  if (staleMs <= beatMs) return 'stale-before-beat';
  if (graceMs < (2 * beatMs) / 3) return 'grace-too-short';
  if (expireMs < staleMs + graceMs) return 'expire-too-early';
  return null;
}
