import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { treeOf } from './caller/tree.ts';
import { claimedOrders } from './orders/spelling.ts';
import type { Ports } from './ports.ts';
import { listWorktrees, type WorktreeRow } from './worktree.ts';

/** The worktree of an order, which exists. */
export type FoundTree = { readonly kind: 'found-tree'; readonly order: OrderId; readonly worktree: WorktreeRow };

/**
 * Finds the worktree in which an order is worked on, or was last.
 *
 * @throws ClaimError `usage` if the order has none
 */
export async function where(ports: Ports, text: string): Promise<FoundTree> {
  const [order] = (await claimedOrders(ports, [text])) as [OrderId];
  const { worktrees } = await listWorktrees(ports);
  const { readings } = await ports.registry.survey([order]);
  const reading = readings.get(order);
  const path = reading?.kind === 'record' ? treeOf(ports, reading.record) : null;
  const here = worktrees.filter(({ isMissing }) => !isMissing);
  const worktree = here.find((tree) => tree.path === path) ?? here.find((tree) => tree.order === order);
  if (worktree === undefined) throw new ClaimError({ code: 'usage', kind: 'no-own-worktree', order });
  return { kind: 'found-tree', order, worktree };
}
