import { doneRef } from '../../core/claim/refs.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Ports } from '../ports.ts';

/**
 * Lets the kept commits of completed orders go that are merged by now, at origin too if its default branch is known here.
 * Commands do this beside their own work, so that a failure is none of theirs: whoever looks next tries again.
 *
 * @returns the kept commits that are not merged even here; none if git failed
 */
export async function letMergedGo(ports: Ports): Promise<ReadonlyMap<OrderId, Oid>> {
  try {
    return await withoutMerged(ports);
  } catch (error) {
    if (error instanceof ClaimError) return new Map();
    throw error;
  }
}

async function withoutMerged(ports: Ports): Promise<ReadonlyMap<OrderId, Oid>> {
  const kept = await ports.finished.all();
  if (kept.size === 0) return kept;
  const unmerged = await ports.branches.unmerged([...new Set(kept.values())]);
  const merged = [...kept].filter(([, tip]) => !unmerged.has(tip));
  const unpublished = await ports.branches.unpublished(merged.map(([, tip]) => tip));
  await ports.finished.letGo(new Map(merged.filter(([, tip]) => !unpublished.has(tip))));
  return new Map([...kept].filter(([, tip]) => unmerged.has(tip)));
}

/** Keeps the last commits of orders whose completion an older version recorded, or a git that was killed halfway. */
export async function keepFinished(ports: Ports, orders: readonly OrderId[]): Promise<void> {
  const readings = await ports.registry.read(orders);
  const tips = [...readings.values()].flatMap((reading) => {
    const tip = reading.kind === 'record' && reading.record.state === 'completed' ? reading.record.tip : null;
    return reading.kind === 'record' && tip !== null ? [{ order: reading.record.order, tip }] : [];
  });
  const unmerged = await ports.branches.unmerged(tips.map(({ tip }) => tip));
  for (const { order, tip } of tips) if (unmerged.has(tip)) await ports.finished.keep(order, tip);
}

/** Returns the ref that keeps an order's finished work if its branch does not have it; null if the branch does. */
export async function keptOffBranch(ports: Ports, order: OrderId, branch: string | null, done: Oid): Promise<string | null> {
  const tip = branch === null ? null : await ports.branches.tip(branch);
  if (tip === done || (tip !== null && (await ports.branches.contains(tip, done)))) return null;
  return doneRef(order);
}
