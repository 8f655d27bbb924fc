import { isHeld, type KnownClaim } from '../../core/guard/place.ts';
import type { Ports } from '../ports.ts';
import { answerTo, type Guarded } from './lookout.ts';
import { lookOut } from './scene.ts';

/**
 * Binds the worktree to claims on its new branch, and reports another session's branch, or that one was left in its own worktree.
 * In the main worktree, it unbinds the claims whose branch was left; a worktree that was made for an order stays that order's.
 */
export async function guardCheckout(ports: Ports): Promise<Guarded> {
  const lookout = await lookOut(ports, true);
  const { branch, bound, claims } = lookout.scene;
  const { topLevel, mainDir } = ports.places;
  const isBound = ({ order }: KnownClaim) => bound.some((binding) => binding.order === order);
  const isOn = (claim: KnownClaim) => isHeld(claim) && branch !== null && claim.record?.branch === branch;
  // Where a worktree is takes a look at the disk, so that comes last.
  const isItsOwn = (claim: KnownClaim) =>
    topLevel !== mainDir &&
    bound.some(({ order, key }) => order === claim.order && key === claim.record?.holder.key) &&
    isHeld(claim) &&
    claim.isThisTrees;
  for (const claim of claims.filter((one) => isBound(one) || isOn(one))) {
    const { order, record, isMine } = claim;
    if (record === null || branch === null || record.branch === null) continue;
    if (isBound(claim) && !isOn(claim) && !isItsOwn(claim)) ports.bindings.unbind(null, order);
    const reading = lookout.readings.get(order);
    if (!isOn(claim) || isBound(claim) || !(isMine || claim.isThisTrees) || reading?.kind !== 'record') continue;
    ports.bindings.bind(null, { order, generation: record.generation, oid: reading.oid, key: record.holder.key });
  }
  const found = claims.flatMap((claim) => {
    if (claim.isMine || !(isOn(claim) || isItsOwn(claim))) return [];
    return [{ rule: 'checkout' as const, order: claim.order, isLeft: !isOn(claim) }];
  });
  return answerTo(ports, lookout, 'post-checkout', found);
}
