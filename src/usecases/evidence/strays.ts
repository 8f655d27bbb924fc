import { orderOfBranch } from '../../core/check/naming.ts';
import type { OrderId } from '../../core/ids.ts';
import type { BranchTip } from '../../core/trees/branch-name.ts';
import type { Ports } from '../ports.ts';

/** A branch with work on an order. */
export type Stray = BranchTip & {
  readonly order: OrderId;
  /** How many of its commits the order's own branch of that name lacks; null if it is another branch, or that is unknown. */
  readonly lacking: number | null;
};

/**
 * Returns the branches with unmerged work on an order, beside its own branch. The same branch at a remote is among them if it
 * has commits that the own one lacks.
 *
 * @param own the order's own branch; null if it has none
 * @param tips branches, among them those named after the order
 */
export async function straysBeside(
  ports: Ports,
  order: OrderId,
  own: string | null,
  tips: readonly BranchTip[],
): Promise<readonly Stray[]> {
  const named = tips.filter(({ branch }) => orderOfBranch(branch, ports.settings.idPattern) === order);
  const others = named.filter(({ branch }) => branch !== own);
  const pushed = named.filter(({ branch, remote }) => branch === own && remote !== null);
  const ownTip = pushed.length === 0 ? null : await ports.branches.tip(own as string);
  const strays: Stray[] = [];
  for (const one of ownTip === null ? pushed : pushed.filter(({ tip }) => tip !== ownTip)) {
    const lacking = ownTip === null ? null : await ports.branches.lacking(ownTip, one.tip);
    if (lacking !== 0) strays.push({ ...one, order, lacking });
  }
  const unmerged = await ports.branches.unmerged([...others, ...strays].map(({ tip }) => tip));
  // A branch that was pushed is one branch.
  const isPushed = ({ branch, remote, tip }: BranchTip) =>
    remote !== null && others.some((local) => local.remote === null && local.branch === branch && local.tip === tip);
  const open = [...strays, ...others.filter((one) => !isPushed(one)).map((one) => ({ ...one, order, lacking: null }))];
  return open.filter(({ tip }) => unmerged.has(tip));
}
