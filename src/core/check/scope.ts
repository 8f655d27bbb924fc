import type { OrderId } from '../ids.ts';
import type { CheckedTree, CheckFacts, DirtyFile } from './facts.ts';

/** What belongs to the session: its orders, the paths they are about, and the files it has changed. */
export type Scope = {
  readonly orders: ReadonlySet<OrderId>;
  /** Files and folders; patterns up to their first wildcard. */
  readonly paths: readonly string[];
  /** The same by order. */
  readonly pathsOf: ReadonlyMap<OrderId, readonly string[]>;
  readonly dirty: readonly string[];
};

export function scopeOf({ named, claims, orders, trees, hereSinceMs }: CheckFacts): Scope {
  const held = claims.filter(({ mine, state }) => mine && (state === 'active' || state === 'blocked'));
  const about = new Set(named === null ? held.map(({ order }) => order) : [named]);
  const pathsOf = new Map<OrderId, readonly string[]>();
  const add = (order: OrderId, paths: readonly string[]) => pathsOf.set(order, [...(pathsOf.get(order) ?? []), ...paths]);
  for (const { id, paths } of orders) if (about.has(id)) add(id, paths);
  for (const { order, paths } of held) add(order, paths);
  const here = trees.find(({ isHere }) => isHere);
  const left = here === undefined ? [] : leftHere(here, hereSinceMs);
  const own = (here?.dirty ?? []).filter((file) => !left.includes(file)).map(({ path }) => path);
  return { orders: about, paths: [...pathsOf.values()].flat(), pathsOf, dirty: own };
}

/**
 * Returns the files that were deleted in this worktree before the session started or since. A deletion has no time of its own;
 * that of its folder is later if anything else there has changed.
 */
export function goneHere(tree: CheckedTree, hereSinceMs: number | null): DirtyFile[] {
  if (hereSinceMs === null || (tree.session === null && tree.stays.length === 0)) return [];
  const left = leftHere(tree, hereSinceMs);
  return tree.dirty.filter((file) => file.isDeleted && !left.includes(file));
}

/** Records have whole seconds. */
const RECORDED_TO_MS = 1_000;

/** Returns the files in this worktree that were changed before the session started, and before it claimed what it does here. */
export function leftHere({ mineSinceMs, dirty }: CheckedTree, hereSinceMs: number | null): DirtyFile[] {
  if (hereSinceMs === null) return [];
  // A claim that was made in the second of the start was made by the session that started.
  const isBefore = mineSinceMs !== null && mineSinceMs + RECORDED_TO_MS <= hereSinceMs;
  const sinceMs = isBefore ? mineSinceMs : hereSinceMs;
  return dirty.filter(({ modifiedMs }) => modifiedMs !== null && modifiedMs < sinceMs);
}
