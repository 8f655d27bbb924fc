import type { Obstacle, Why } from '../failures/why.ts';
import type { OrderId } from '../ids.ts';
import type { Files, WorkFacts } from './facts.ts';
import type { Order } from './order.ts';
import { isCancelled } from './status-words.ts';

export type Waits = Extract<Why, { kind: 'waits' }>;

/** What is known of the orders that others depend on. */
export type DependencyFacts = Pick<WorkFacts, 'holds' | 'readyAt'> & { readonly files: Files };

/**
 * Returns why an order cannot begin yet: its first dependency that is not done. If all are done but some were cancelled, it may
 * begin, and this returns the first of those. Null if all are done.
 */
export function obstacleIn(order: Order, facts: DependencyFacts): Waits | null {
  const obstacles = order.dependsOn.flatMap((id): Waits[] => {
    const obstacle = obstacleOf(id, facts);
    return obstacle === null ? [] : [{ kind: 'waits', order: id, obstacle }];
  });
  return obstacles.find(({ obstacle }) => isInTheWay(obstacle)) ?? obstacles[0] ?? null;
}

/** Returns whether an order waits for this. What was cancelled never ends, so nothing waits for it. */
export function isInTheWay({ kind }: Obstacle): boolean {
  return kind !== 'cancelled';
}

/** The registry is asked before the file, which may be an older copy. */
export function obstacleOf(id: string, { files, holds, readyAt }: DependencyFacts): Obstacle | null {
  const hold = holds.get(id as OrderId);
  if (hold?.kind === 'held') return hold.isMine ? { kind: 'mine' } : { kind: 'held', session: hold.session };
  if (hold?.kind === 'foreign') return { kind: 'foreign' };
  if (hold?.kind === 'completed') {
    if (hold.isMerged || readyAt === 'complete') return null;
    return { kind: 'unmerged', branch: hold.branch };
  }
  const [file, ...others] = files.get(id) ?? [];
  if (file === undefined) return { kind: 'unknown' };
  const unfinished = [file, ...others].find(({ status }) => status !== 'complete');
  if (unfinished !== undefined) return { kind: 'unfinished', statusWord: unfinished.statusWord };
  const word = file.statusWord ?? '';
  return isCancelled(word) ? { kind: 'cancelled', statusWord: word } : null;
}
