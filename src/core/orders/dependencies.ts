import type { OrderId } from '../ids.ts';
import type { Files, WorkFacts } from './facts.ts';
import type { Order } from './order.ts';

export type Obstacle = { readonly isUnknown: boolean; readonly why: string };

/** Returns why an order cannot begin yet: the first of its dependencies that is not done; null when all are. */
export function obstacleIn(order: Order, facts: WorkFacts & { readonly files: Files }): Obstacle | null {
  for (const id of order.dependsOn) {
    const obstacle = obstacleOf(id, facts);
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** The registry knows better than the file, which may be an older copy. */
export function obstacleOf(id: string, { files, holds, readyAt }: WorkFacts & { readonly files: Files }): Obstacle | null {
  const waiting = (why: string) => ({ isUnknown: false, why: `waits for ${id}, ${why}` });
  const hold = holds.get(id as OrderId);
  if (hold?.kind === 'held') return waiting(`which ${hold.isMine ? 'you hold' : `${hold.session} holds`}`);
  if (hold?.kind === 'foreign') return waiting('whose ref is not understood');
  if (hold?.kind === 'completed') {
    if (hold.isMerged || readyAt === 'complete') return null;
    return waiting(`which is completed and not merged${hold.branch === null ? '' : ` (branch ${hold.branch})`}`);
  }
  const [file, ...others] = files.get(id) ?? [];
  if (file === undefined) return { isUnknown: true, why: `waits for ${id}, which no file and no claim knows` };
  const unfinished = [file, ...others].find(({ status }) => status !== 'complete');
  return unfinished === undefined ? null : waiting(`which is ${unfinished.statusWord ?? 'of no known status'}`);
}
