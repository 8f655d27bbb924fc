import type { ClaimView } from '../../core/claim/view.ts';
import type { Ports } from '../ports.ts';

/** Returns an ended claim without a branch that is gone. */
export async function withBranchThatIs(ports: Ports, claim: ClaimView): Promise<ClaimView> {
  const { branch, state } = claim;
  if (branch === null || !isOver(state)) return claim;
  const tip = ports.guardedRefs.tip(branch);
  const isGone = tip === null || (tip === undefined && (await ports.branches.tip(branch)) === null);
  return isGone ? { ...claim, branch: null } : claim;
}

/** The same for many, by git's files alone: a branch that they do not tell of is still named. */
export function withBranchesThatAre(ports: Ports, claims: readonly ClaimView[]): readonly ClaimView[] {
  return claims.map((claim) => {
    const { branch, state } = claim;
    return branch !== null && isOver(state) && ports.guardedRefs.tip(branch) === null ? { ...claim, branch: null } : claim;
  });
}

function isOver(state: ClaimView['state']): boolean {
  return state === 'released' || state === 'completed' || state === 'abandoned';
}
