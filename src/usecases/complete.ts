import type { ClaimRecord } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { Oid } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { uncommitted } from '../core/trees/uncommitted.ts';
import { treeOf } from './caller/tree.ts';
import { type Done, onOwnClaims } from './own-claims.ts';
import type { Ports } from './ports.ts';
import type { Warning } from './warning.ts';

/**
 * Ends claims whose work is done. The record keeps branch and commit, so that anybody can see whether they are merged.
 *
 * @throws ClaimError `illegal` if work of one order is not committed; then none is completed
 */
export async function complete(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  const warnings: Warning[] = [];
  const outcome = await onOwnClaims(ports, 'complete', orders, async (claims) => {
    const tips = new Map<string, Oid | null>();
    warnings.length = 0;
    for (const claim of claims) {
      const path = treeOf(ports, claim);
      const tree = path === null ? undefined : (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing);
      // With a separate git directory, git does not list the main worktree under its own path.
      const isThere = tree !== undefined || path === ports.places.topLevel;
      if (path !== null && isThere) warnings.push(...(await checkTree(ports, claim, path)));
      const tip = await tipOf(ports, claim, path);
      tips.set(claim.order, tip);
      if (tip !== null && tip === claim.base) warnings.push({ code: 'no-commits', order: claim.order });
    }
    return (order) => ({ tip: tips.get(order) ?? null });
  });
  return outcome.kind === 'done' ? { ...outcome, warnings: [...outcome.warnings, ...warnings] } : outcome;
}

/** Returns the last commit of the work: the branch's tip, or HEAD for a claim without a branch whose worktree is this one. */
async function tipOf(ports: Ports, { branch }: ClaimRecord, path: string | null): Promise<Oid | null> {
  if (branch !== null) return ports.branches.tip(branch);
  return path !== null && path === ports.places.topLevel ? (await ports.branches.head()).commit : null;
}

async function checkTree(ports: Ports, { order, branch }: ClaimRecord, path: string): Promise<Warning[]> {
  const status = await ports.worktrees.status(path);
  const orderFiles = await ports.orders.orderFilesAmong(status.changes.map((change) => change.path));
  const files = status.changes.map((change) => ({ ...change, isOrderFile: orderFiles.has(change.path) }));
  const { work, doubtful } = uncommitted(files, path !== ports.places.mainDir);
  if (work.length > 0) throw new ClaimError({ code: 'illegal', kind: 'uncommitted-work', order, worktree: path, files: work });
  const actual = status.branch;
  return [
    ...(doubtful.length === 0 ? [] : [{ code: 'uncommitted' as const, order, files: doubtful }]),
    ...(branch === null || actual === branch ? [] : [{ code: 'other-branch' as const, order, branch, actual, isAdopted: false }]),
  ];
}
