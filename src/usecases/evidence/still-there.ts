import type { ClaimView } from '../../core/claim/view.ts';
import type { Ports } from '../ports.ts';

/** Returns an ended claim without a branch that is gone. */
export async function withBranchThatIs(ports: Ports, claim: ClaimView): Promise<ClaimView> {
  const { branch, state } = claim;
  const isOver = state === 'released' || state === 'completed' || state === 'abandoned';
  const isGone = isOver && branch !== null && (await ports.branches.tip(branch)) === null;
  return isGone ? { ...claim, branch: null } : claim;
}
