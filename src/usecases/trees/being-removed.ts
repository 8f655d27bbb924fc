import { ClaimError } from '../../core/errors.ts';
import type { Failure } from '../../core/failures/failure.ts';
import type { OrderId } from '../../core/ids.ts';
import type { LockReason } from '../../core/trees/lock-reason.ts';
import type { Ports } from '../ports.ts';

/** Does something with a worktree. If that fails because another process took it out of its place, it says so instead. */
export async function unlessTakenAway<T>(ports: Ports, order: OrderId, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const trees = await ports.worktrees.list();
    if (trees.some((tree) => tree.path === path && !tree.isMissing)) throw error;
    const going = trees.find(({ lock }) => lock?.order === order && lock.isGoing);
    if (going === undefined) throw new ClaimError({ code: 'usage', kind: 'no-own-worktree', order });
    throw beingRemoved(order, going.lock);
  }
}

/** Returns the failure of whoever finds that another process removes the worktree of an order. `lock`: what its lock says. */
export function beingRemoved(order: OrderId, lock: LockReason | null): ClaimError {
  return new ClaimError({ code: 'illegal', kind: 'worktree-going', order, pid: lock?.maker?.pid ?? null });
}

/** Returns what was found in a worktree that was set aside as it must be told where it is put back. */
export function inPlace(error: unknown, aside: string, path: string): unknown {
  if (!(error instanceof ClaimError)) return error;
  const told = Object.entries(error.failure).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.replaceAll(aside, () => path) : value,
  ]);
  return new ClaimError(Object.fromEntries(told) as Failure, { cause: error });
}
