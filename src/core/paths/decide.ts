import type { OrderId } from '../ids.ts';
import type { Contention } from '../liveness/takeover.ts';
import { isWithin, type PathKey } from '../path.ts';
import type { LeaseTerms } from '../record/lease.ts';
import type { Relation } from '../session/relation.ts';
import type { WitnessedPath } from './record.ts';

/** A path claim that is the wanted one, lies in it, or has it inside, as the asker sees it. */
export type Neighbour = {
  readonly key: PathKey;
  readonly claim: WitnessedPath;
  readonly relation: Relation;
  /** What may be done to it; null where it is the asker's own. */
  readonly contention: Contention | null;
};

export type PathDecision =
  /** These go for it, for git keeps no ref above or below another one: the asker's own inside the wanted one, and others' that may be taken. */
  | { readonly kind: 'create'; readonly away: readonly Neighbour[] }
  /** The asker holds it, or a folder that it lies in. */
  | { readonly kind: 'already'; readonly by: WitnessedPath }
  /** The asker holds it, and its record has to follow: another anchor, an answer to a challenge, an order, a TTL. */
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
 * Decides what becomes of one wanted path. Git's rule alone keeps two from overlapping; this only names who is in the way, and what may be done about it.
 *
 * @param order the order it is wanted for; null for none
 * @param lease the terms that were asked for by name; null where any will do
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
  // One's own for another order is that order's: its paths end with it. Who asks for no order is content with any, unless something would go.
  const isTheirs = by.contention === null && by.claim.record.order !== null && by.claim.record.order !== order;
  const isContent = order === null && isWithin(wanted, by.key);
  return isTheirs && !isContent ? [{ kind: 'refuse', code: 'collision', by, waitMs: null }] : [];
}
