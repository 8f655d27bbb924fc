import type { OrderId } from '../../core/ids.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import type { ClaimChange } from '../../ports/registry.ts';
import { type AttachedPath, moveAttached, pathsAfter } from './attached-paths.ts';
import { type Composing, composeOrder, type Details, type Plan, withPaths } from './plan-order.ts';

/** What was decided about orders and paths, and what else their records say. */
type Decided = {
  readonly plans: readonly Plan[];
  /** All path claims; null if none is concerned. */
  readonly current: readonly SurveyedPath[] | null;
  /** The changes of the paths that were asked for. */
  readonly wished: readonly PathChange[];
  /** The paths that end or move together with their orders. */
  readonly attached: readonly AttachedPath[];
  readonly detailsOf: (order: OrderId) => Details;
  /** One for each plan. */
  readonly nonces: readonly string[];
  /** One for each attached path. */
  readonly pathNonces: readonly string[];
  /** RFC 3339. */
  readonly now: string;
};

/** The changes for one swap. */
export type Composed = { readonly changes: readonly ClaimChange[]; readonly paths: readonly PathChange[] };

/** Composes the records of what was decided. The paths of orders move with them. */
export function composeChanges(by: Composing, decided: Decided): Composed {
  const { plans, current, wished, attached, detailsOf, nonces, pathNonces, now } = decided;
  const wishedKeys = new Set(wished.map(({ key }) => key));
  const moved = moveAttached(by.asker, attached, pathNonces, now, detailsOf).filter(({ key }) => !wishedKeys.has(key));
  const paths = [...wished, ...moved];
  const changes = plans.map((plan, at) => {
    const after = current === null ? null : pathsAfter(plan.order, current, paths);
    const full = after === null ? plan : withPaths(plan, after, paths);
    const { keeps = null, publishes = null, ...details } = detailsOf(plan.order);
    const record = composeOrder(by, full, { nonce: nonces[at] as string, now }, details, after);
    const change = { order: plan.order, expected: plan.before, record, unmoved: plan.unmoved };
    return record === null ? change : { ...change, keeps, publishes };
  });
  return { changes, paths };
}
