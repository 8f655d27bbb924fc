import { ClaimError } from '../errors.ts';
import { type LeaseTerms, leaseTrouble } from '../record/lease.ts';

/** How long a path claim outlives the silence of its session (`claim.pathTtl`): nobody waits for a file as long as for an order. */
export const DEFAULT_PATH_TTL_MS = 15 * 60_000;

/**
 * Returns the lease of a path claim: kept alive like its session's orders, challenged just in time for the TTL.
 *
 * @throws ClaimError `usage` when the session could not keep up with the TTL
 */
export function pathLease(session: LeaseTerms, ttlMs: number): LeaseTerms {
  const terms = { ...session, staleMs: ttlMs - session.graceMs, expireMs: ttlMs };
  if (leaseTrouble(terms) === null) return terms;
  throw new ClaimError({ code: 'usage', kind: 'ttl-too-short', ttlMs, minMs: session.beatMs + session.graceMs });
}
