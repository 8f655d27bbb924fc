import { ClaimError } from '../errors.ts';

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

/** The lease of a session with a heartbeat helper, which beats every 30 s. */
export const HELPED_LEASE: LeaseTerms = { beatMs: 30_000, staleMs: 90_000, expireMs: 180_000, graceMs: 30_000 };

/** The lease without a helper. Only commands and hooks show that the session lives, so others wait longer to call it silent. */
export const UNHELPED_LEASE: LeaseTerms = {
  beatMs: HELPED_LEASE.beatMs * 2,
  staleMs: HELPED_LEASE.staleMs * 2,
  expireMs: (HELPED_LEASE.expireMs * 5) / 3,
  graceMs: HELPED_LEASE.graceMs * 2,
};

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
  return leaseComplaint(terms) === null ? terms : null;
}

/**
 * Returns the terms if they can work together.
 *
 * @throws ClaimError `usage` that says which rule is broken
 */
export function assertLease(terms: LeaseTerms): LeaseTerms {
  const complaint = leaseComplaint(terms);
  if (complaint === null) return terms;
  const { beatMs, staleMs, expireMs, graceMs } = terms;
  const [beat, stale, expire, grace] = [beatMs, staleMs, expireMs, graceMs].map((ms) => `${ms / 1000}s`);
  throw new ClaimError('usage', `the lease cannot work: ${complaint}`, {
    hint: `they are heartbeat ${beat}, staleAfter ${stale}, expireAfter ${expire}, grace ${grace}; whoever sets one of them may have to set the others`,
  });
}

/**
 * Returns the rule that the terms break, or null. A holder reads its refs three times a beat; less grace than two reads robs it.
 */
export function leaseComplaint(terms: LeaseTerms): string | null {
  const { beatMs, staleMs, expireMs, graceMs } = terms;
  if (![beatMs, staleMs, expireMs, graceMs].every((ms) => Number.isFinite(ms) && ms > 0)) {
    return 'claim.heartbeat, claim.staleAfter, claim.expireAfter and claim.grace must be above zero';
  }
  if (staleMs <= beatMs) return 'claim.staleAfter must be longer than claim.heartbeat';
  if (graceMs < (2 * beatMs) / 3) return 'claim.grace must be at least two polls (two thirds of claim.heartbeat)';
  if (expireMs < staleMs + graceMs) return 'claim.expireAfter must be at least claim.staleAfter plus claim.grace';
  return null;
}
