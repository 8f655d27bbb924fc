import { isLive } from '../../core/claim/record.ts';
import type { Ports } from '../ports.ts';
import { answerTo, type Guarded, lookOut } from './lookout.ts';

/** Binds the worktree to claims on its new branch, unbinds those whose branch it left, and reports another session's branch. */
export async function guardCheckout(ports: Ports): Promise<Guarded> {
  const lookout = await lookOut(ports);
  const { branch, bound, claims } = lookout.scene;
  for (const { order, record, isMine, isThisTrees } of claims) {
    if (record === null || branch === null || record.branch === null) continue;
    const isBound = bound.some((binding) => binding.order === order);
    const isOnBranch = isLive(record) && record.branch === branch;
    if (isBound && !isOnBranch) ports.bindings.unbind(null, order);
    const reading = lookout.readings.get(order);
    if (!isOnBranch || isBound || !(isMine || isThisTrees) || reading?.kind !== 'record') continue;
    ports.bindings.bind(null, { order, generation: record.generation, oid: reading.oid, key: record.holder.key });
  }
  const others = claims.filter(({ record, isMine }) => !isMine && record !== null && isLive(record) && record.branch === branch);
  const found = branch === null ? [] : others.map(({ order }) => ({ rule: 'checkout' as const, order }));
  return answerTo(ports, lookout, 'post-checkout', found);
}
