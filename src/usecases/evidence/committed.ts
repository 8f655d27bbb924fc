import type { OrderId } from '../../core/ids.ts';
import type { Holder } from '../../core/session/holder.ts';
import type { Moment } from '../../core/time.ts';
import { type TreeOfRecord, treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';

/** A claim. One on a path names no worktree. */
export type Committing = {
  readonly record: { readonly holder: Holder; readonly order: OrderId | null } & Partial<
    Pick<TreeOfRecord, 'worktree' | 'branch'>
  >;
};

/**
 * Returns how long ago the holder last committed in its claim's worktree, in milliseconds; null if no hook noted a commit. The
 * time is the file system's. One in the future does not count: a clock that was set back must not make a holder look alive.
 */
export function sinceCommitMs(ports: Ports, { record }: Committing, now: Moment): number | null {
  const { holder, order, worktree = null, branch = null } = record;
  const tree = order === null ? null : treeOf(ports, { order, worktree, branch, holder });
  const noted = tree === null ? null : ports.notes.activity(tree);
  if (noted === null || noted.key !== holder.key || noted.atMs > now.wallMs + CLOCK_GRAIN_MS) return null;
  return Math.max(0, now.wallMs - noted.atMs);
}

/** Returns when that was, as a moment of this boot; null also if it was before this boot. */
export function committedAt(ports: Ports, claim: Committing, now: Moment): Moment | null {
  const agoMs = sinceCommitMs(ports, claim, now);
  if (agoMs === null || agoMs > now.monoMs) return null;
  return { boot: now.boot, monoMs: now.monoMs - agoMs, wallMs: now.wallMs - agoMs };
}

/** A file system counts in ticks of its own. */
export const CLOCK_GRAIN_MS = 1_000;
