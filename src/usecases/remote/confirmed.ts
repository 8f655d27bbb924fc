import type { OrderId } from '../../core/ids.ts';
import { termsElsewhere } from '../../core/liveness/elsewhere.ts';
import type { Subject } from '../../core/liveness/observation.ts';
import { mostElapsedMs } from '../../core/time.ts';
import type { Held } from '../evidence/standing.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** No clock runs faster than another one by more than this. Others count the grace by theirs. */
const RATES_MAX = 1.2;

/**
 * Returns whether a claim of this clone certainly was nobody else's a moment ago: the remote showed exactly its record, without a
 * challenge, or accepted it, and since that began less time has passed than others give its holder to answer. Whoever publishes
 * asks the remote first if it is not. Without a remote every claim is.
 */
export function isConfirmed(ports: Ports, subject: Subject, claim: Held): boolean {
  if (ports.shared === null) return true;
  if (claim.record.challenge !== null || ports.shared.syncOf(subject, claim.oid) !== 'confirmed') return false;
  return sinceConfirmedMs(ports, claim) <= termsElsewhere(claim.record).graceMs / RATES_MAX;
}

/** Returns how long ago that was, if nothing but time speaks against it; without end if it is unknown. */
function sinceConfirmedMs({ remoteSightings, clock }: Ports, { oid }: Held): number {
  const now = clock.instant();
  const [read, accepted] = [remoteSightings.lastRead(), remoteSightings.acceptedAt(oid)];
  return Math.min(...[read, accepted].map((since) => (since === null ? Number.POSITIVE_INFINITY : mostElapsedMs(since, now))));
}

/** Returns the warning of claims of which nobody knows whether they still are the caller's; none if there is no such claim. */
export function unconfirmedWarnings(
  ports: Ports,
  own: readonly { readonly subject: Subject; readonly claim: Held }[],
): Warning[] {
  const { shared, cache } = ports;
  if (shared === null || shared.isOffline || cache.trouble !== null) return [];
  const sent = own.filter(({ subject, claim }) => shared.syncOf(subject, claim.oid) !== 'unconfirmed');
  const unsure = sent.filter(({ subject, claim }) => claim.record.challenge === null && !isConfirmed(ports, subject, claim));
  const orders = unsure.flatMap(({ claim }): OrderId[] => (claim.record.order === null ? [] : [claim.record.order]));
  if (orders.length === 0) return [];
  const sinceMs = Math.min(...unsure.map(({ claim }) => sinceConfirmedMs(ports, claim)));
  const unique = [...new Set(orders)];
  return [{ code: 'unconfirmed', orders: unique, remote: shared.remote, sinceMs: Number.isFinite(sinceMs) ? sinceMs : null }];
}
