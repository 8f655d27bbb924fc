import type { Moment } from '../../core/time.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { CLOCK_GRAIN_MS, type Committing } from './committed.ts';

/**
 * Returns how long ago anything changed in a claim's worktree, in milliseconds: somebody works there, whether commands and hooks
 * hear of it or not. Null if nothing can be seen. Costs a git process. A time in the future does not count.
 */
export async function sinceTreeChangeMs(ports: Ports, { record }: Committing, now: Moment): Promise<number | null> {
  const { holder, order, worktree = null, branch = null } = record;
  const path = order === null || worktree === null ? null : treeOf(ports, { order, worktree, branch, holder });
  if (path === null || !ports.places.isThere(path)) return null;
  const changedMs = await ports.worktrees.lastChangeMs(path);
  return changedMs === null || changedMs > now.wallMs + CLOCK_GRAIN_MS ? null : Math.max(0, now.wallMs - changedMs);
}

/** Returns when that was, as a moment of this boot; null also if it was before this boot. */
export async function treeChangedAt(ports: Ports, claim: Committing, now: Moment): Promise<Moment | null> {
  const agoMs = await sinceTreeChangeMs(ports, claim, now);
  return agoMs === null || agoMs > now.monoMs ? null : { boot: now.boot, monoMs: now.monoMs - agoMs, wallMs: now.wallMs - agoMs };
}
