import { isLiveState } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { ClaimPath, PathKey } from '../../core/path.ts';
import { passedPathRecord } from '../../core/paths/compose.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import { holderOf } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import type { Details, Plan } from './plan-order.ts';

/** A record names its order's paths, and has a limit of 64 KiB. */
const PATHS_MAX = 50;

/** A path claim that belongs to an order whose claim ends or goes to another session. */
export type AttachedPath = { readonly key: PathKey; readonly claim: WitnessedPath; readonly plan: Plan };

/** Returns the path claims that end or move together with the claims of their orders. */
export function attachedPaths(plans: readonly Plan[], current: readonly SurveyedPath[]): AttachedPath[] {
  return current.flatMap(({ key, reading }) => {
    const plan = reading.kind === 'record' ? plans.find(({ order }) => order === reading.record.order) : undefined;
    return reading.kind === 'record' && plan !== undefined && movesPaths(plan) ? [{ key, claim: reading, plan }] : [];
  });
}

/** Returns whether the path claims of an order change with it. */
export function movesPaths({ before, decision }: Plan): boolean {
  if (before === null || before.record.paths.length === 0 || decision.kind !== 'write') return false;
  return decision.ownership === 'changes' || !isLiveState(decision.to);
}

/**
 * Returns the changes of attached paths: they end, or go to the order's new holder.
 *
 * @param nonces one for each attached path
 * @param now RFC 3339
 */
export function moveAttached(
  asker: Identity,
  attached: readonly AttachedPath[],
  nonces: readonly string[],
  now: string,
  detailsOf: (order: OrderId) => Details,
): PathChange[] {
  return attached.map(({ key, claim, plan: { order, decision } }, at) => {
    if (decision.kind !== 'write' || !isLiveState(decision.to)) return { key, expected: claim, record: null };
    const holder = detailsOf(order).holder ?? holderOf(asker);
    const action = decision.action === 'hand' ? 'hand' : 'take';
    return { key, expected: claim, record: passedPathRecord(claim.record, action, holder, { nonce: nonces[at] as string, now }) };
  });
}

/**
 * Returns the paths that belong to an order after the changes.
 *
 * @throws ClaimError `usage` for more paths than a record can name
 */
export function pathsAfter(
  order: OrderId,
  current: readonly SurveyedPath[],
  changes: readonly PathChange[],
): readonly ClaimPath[] {
  const after = new Map(
    current.flatMap(({ key, reading }) => (reading.kind === 'record' ? [[key, reading.record] as const] : [])),
  );
  for (const { key, record } of changes) {
    if (record === null) after.delete(key);
    else after.set(key, record);
  }
  const paths = [...after.values()].filter((record) => record.order === order).map(({ path }) => path);
  if (paths.length > PATHS_MAX)
    throw new ClaimError({ code: 'usage', kind: 'too-many-paths-of-order', order, count: paths.length, max: PATHS_MAX });
  return paths.sort();
}
