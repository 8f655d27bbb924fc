import { currentIn } from '../../core/claim/board.ts';
import { isLive, type Witnessed } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { readerOf } from '../caller/asker.ts';
import { treeOf } from '../caller/tree.ts';
import { isMine, relationTo } from '../evidence/observe.ts';
import { notUnderstood, refusalOf } from '../ownership/refuse.ts';
import type { Ports } from '../ports.ts';

/** Refuses what only the holder of an order may do to its worktree. Without a claim it belongs to anybody. */
export function othersClaim(ports: Ports, order: OrderId, readings: ReadonlyMap<OrderId, Reading>): Refusal | null {
  const refused = notUnderstood(ports, null, 'release', order, readings);
  if (refused !== null) return refused;
  const claim = claimIn(readings, order);
  const asker = readerOf(ports);
  const isOthers = claim !== null && isLive(claim.record) && (asker === null || !isMine(relationTo(ports, claim, asker)));
  return isOthers ? refusalOf(ports, asker, 'worktree', 'held', order, readings) : null;
}

/** Refuses to touch a worktree in which somebody works on another order. */
export function neighboursClaim(
  ports: Ports,
  order: OrderId,
  path: string,
  readings: ReadonlyMap<OrderId, Reading>,
): Refusal | null {
  const isThere = ({ record }: Witnessed) => record.order !== order && treeOf(ports, record) === path;
  const neighbour = [...currentIn(readings).values()].find((other) => other.kind === 'record' && isThere(other));
  if (neighbour?.kind !== 'record') return null;
  return refusalOf(ports, readerOf(ports), 'worktree', 'held', neighbour.record.order, readings);
}

/** Returns the record of an order; null if nobody ever claimed it. */
export function claimIn(readings: ReadonlyMap<OrderId, Reading>, order: OrderId): Witnessed | null {
  const reading = readings.get(order);
  return reading?.kind === 'record' ? reading : null;
}

/**
 * Returns the worktree of an order: the one that its claim names, or one that is locked for it.
 *
 * @throws ClaimError `usage` if it has none
 */
export async function ownTreeOf(ports: Ports, order: OrderId, claim: Witnessed | null): Promise<Worktree> {
  const trees = (await ports.worktrees.list()).filter(({ isMain, isMissing }) => !isMain && !isMissing);
  const named = claim === null ? null : treeOf(ports, claim.record);
  const tree = trees.find(({ path, lock }) => path === named || lock?.order === order);
  if (tree !== undefined) return tree;
  throw new ClaimError({ code: 'usage', kind: 'no-own-worktree', order });
}
