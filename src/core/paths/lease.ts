import { ClaimError } from '../errors.ts';
import { type LeaseTerms, leaseTrouble } from '../record/lease.ts';

/** How long a path claim outlives its session's silence (`claim.pathTtl`). Nobody waits for a file as long as for an order. */
export const DEFAULT_PATH_TTL_MS = 15 * 60_000;

/**
 * Returns the lease of a path claim. It is kept alive like its session's orders, and challenged just in time for the TTL.
 *
 * @throws ClaimError `usage` if the session could not beat fast enough for the TTL
 */
export function pathLease(session: LeaseTerms, ttlMs: number): LeaseTerms {
  const terms = { ...session, staleMs: ttlMs - session.graceMs, expireMs: ttlMs };
  if (leaseTrouble(terms) === null) return terms;
  throw new ClaimError({ code: 'usage', kind: 'ttl-too-short', ttlMs, minMs: session.beatMs + session.graceMs });
}
