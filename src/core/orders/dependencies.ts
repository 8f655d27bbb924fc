import type { Obstacle, Why } from '../failures/why.ts';
import type { OrderId } from '../ids.ts';
import type { Files, WorkFacts } from './facts.ts';
import type { Order } from './order.ts';

type Waits = Extract<Why, { kind: 'waits' }>;

/** Returns why an order cannot begin yet: its first dependency that is not done. Null if all are done. */
export function obstacleIn(order: Order, facts: WorkFacts & { readonly files: Files }): Waits | null {
  for (const id of order.dependsOn) {
    const obstacle = obstacleOf(id, facts);
    if (obstacle !== null) return { kind: 'waits', order: id, obstacle };
  }
  return null;
}

/** The registry is asked before the file, which may be an older copy. */
export function obstacleOf(id: string, { files, holds, readyAt }: WorkFacts & { readonly files: Files }): Obstacle | null {
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
  return unfinished === undefined ? null : { kind: 'unfinished', statusWord: unfinished.statusWord };
}
