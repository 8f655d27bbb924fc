import { ClaimError } from '../errors.ts';

/** How long a claim is believed without a heartbeat. The numbers in a record are the ones that count for it. */
export type LeaseTerms = {
  readonly beatMs: number;
  /** Silence after which the claim may be challenged. */
  readonly staleMs: number;
  /** Silence after which it may be taken. */
  readonly expireMs: number;
  /** How long a challenge must stand unanswered. */
  readonly graceMs: number;
};

/** The helper looks at its refs this often between two beats. */
export const POLLS_A_BEAT = 3;

/** With a heartbeat helper. */
export const HELPED_LEASE: LeaseTerms = { beatMs: 30_000, staleMs: 90_000, expireMs: 180_000, graceMs: 30_000 };

/** Without a helper only commands and hooks speak for a session, so everyone waits longer before they think it silent. */
export const UNHELPED_LEASE: LeaseTerms = {
  beatMs: HELPED_LEASE.beatMs * 2,
  staleMs: HELPED_LEASE.staleMs * 2,
  expireMs: (HELPED_LEASE.expireMs * 5) / 3,
  graceMs: HELPED_LEASE.graceMs * 2,
};

/** Returns the terms as the value of a record's `Lease` trailer: `beat=30 stale=90 expire=180 grace=30`, in seconds. */
export function formatLease(terms: LeaseTerms): string {
  const seconds = (ms: number) => String(ms / 1000);
  return `beat=${seconds(terms.beatMs)} stale=${seconds(terms.staleMs)} expire=${seconds(terms.expireMs)} grace=${seconds(terms.graceMs)}`;
}

/** Returns the terms a `Lease` trailer names, or null when it names none that can work together. */
export function parseLease(text: string): LeaseTerms | null {
  const match = /^beat=([0-9.]{1,12}) stale=([0-9.]{1,12}) expire=([0-9.]{1,12}) grace=([0-9.]{1,12})$/.exec(text);
  if (match === null) return null;
  const [beatMs, staleMs, expireMs, graceMs] = match.slice(1).map((seconds) => Math.round(Number(seconds) * 1000));
  const terms = { beatMs, staleMs, expireMs, graceMs } as LeaseTerms;
  return leaseComplaint(terms) === null ? terms : null;
}

/**
 * Checks that the numbers can work together.
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

/** A holder looks at its refs three times a beat; a challenge it could miss twice would rob it. */
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
