import type { OrderId } from '../ids.ts';
import type { Contention } from '../liveness/takeover.ts';
import { isWithin, type PathKey } from '../path.ts';
import type { LeaseTerms } from '../record/lease.ts';
import type { Relation } from '../session/relation.ts';
import type { WitnessedPath } from './record.ts';

/** A path claim that overlaps the wanted path, as the caller sees it. */
export type Neighbour = {
  readonly key: PathKey;
  readonly claim: WitnessedPath;
  readonly relation: Relation;
  /** What may be done to it; null if it is the caller's own. */
  readonly contention: Contention | null;
};

export type PathDecision =
  /**
   * Creates the ref. `away` is deleted for it, because git keeps no ref above or below another: the caller's own inside the
   * wanted path, and silent claims of others that may be taken.
   */
  | { readonly kind: 'create'; readonly away: readonly Neighbour[] }
  /** The caller holds it, or a folder that it lies in. */
  | { readonly kind: 'already'; readonly by: WitnessedPath }
  /** The caller holds it, and its record must be updated: another anchor, an answer to a challenge, an order, a TTL. */
  | { readonly kind: 'renew'; readonly over: Neighbour }
  | { readonly kind: 'take'; readonly over: Neighbour; readonly because: string }
  | { readonly kind: 'challenge'; readonly silent: readonly Neighbour[]; readonly waitMs: number }
  | {
      readonly kind: 'refuse';
      readonly code: 'collision' | 'conflict';
      readonly by: Neighbour;
      readonly waitMs: number | null;
    };

/**
 * Decides what becomes of one wanted path. Git's ref rule alone keeps two claims from overlapping. This function only says who is
 * in the way, and what may be done about it.
 *
 * @param order the order it is wanted for; null for none
 * @param lease the terms that were requested explicitly; null if any will do
 * @param neighbours the claims that overlap the path
 */
export function decidePath(
  wanted: PathKey,
  order: OrderId | null,
  lease: LeaseTerms | null,
  neighbours: readonly Neighbour[],
): PathDecision {
  const refusals = neighbours.flatMap((by) => refusalBy(by, wanted, order));
  if (refusals[0] !== undefined) return refusals[0];
  const silent = neighbours.filter(({ contention }) => contention?.kind === 'challenge');
  if (silent.length > 0) {
    const waits = silent.map(({ contention }) => (contention?.kind === 'challenge' ? contention.waitMs : 0));
    return { kind: 'challenge', silent, waitMs: Math.max(...waits) };
  }
  const exact = neighbours.find(({ key }) => key === wanted);
  if (exact !== undefined) return decideExact(exact, order, lease);
  const above = neighbours.find(({ key, contention }) => contention === null && isWithin(wanted, key));
  if (above !== undefined) return { kind: 'already', by: above.claim };
  return { kind: 'create', away: neighbours };
}

function decideExact(exact: Neighbour, order: OrderId | null, lease: LeaseTerms | null): PathDecision {
  const { claim, relation, contention } = exact;
  if (contention?.kind === 'take') return { kind: 'take', over: exact, because: contention.because };
  const { record } = claim;
  const isOutdated =
    relation === 'resumed' ||
    relation === 'cleared' ||
    record.challenge !== null ||
    (order !== null && record.order === null) ||
    (lease !== null && lease.expireMs !== record.lease.expireMs);
  return isOutdated ? { kind: 'renew', over: exact } : { kind: 'already', by: claim };
}

function refusalBy(by: Neighbour, wanted: PathKey, order: OrderId | null): Extract<PathDecision, { kind: 'refuse' }>[] {
  if (by.relation === 'conflict') return [{ kind: 'refuse', code: 'conflict', by, waitMs: null }];
  if (by.contention?.kind === 'leave') return [{ kind: 'refuse', code: 'collision', by, waitMs: by.contention.waitMs }];
  // A claim of the caller's for another order belongs to that order, and ends with it. A caller that names no
  // order accepts it, unless it would be deleted.
  const isTheirs = by.contention === null && by.claim.record.order !== null && by.claim.record.order !== order;
  const isContent = order === null && isWithin(wanted, by.key);
  return isTheirs && !isContent ? [{ kind: 'refuse', code: 'collision', by, waitMs: null }] : [];
}
