import type { ClaimRecord } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { Refusal } from '../core/refusal.ts';
import { uncommitted } from '../core/trees/uncommitted.ts';
import type { Worktree } from '../ports/worktrees.ts';
import { treeOf } from './caller/tree.ts';
import { type Done, onOwnClaims } from './own-claims.ts';
import type { Ports } from './ports.ts';
import { placeNow } from './trees/places.ts';
import { type WorkEnd, workEnd } from './trees/work-end.ts';
import type { Warning } from './warning.ts';

/**
 * Ends claims whose work is done. The record keeps branch and commit, so that anybody can see whether they are merged.
 *
 * @throws ClaimError `illegal` if work of one order is not committed; then none is completed
 */
export async function complete(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  const warnings: Warning[] = [];
  const outcome = await onOwnClaims(ports, 'complete', orders, async (claims) => {
    const ends = new Map<string, WorkEnd>();
    warnings.length = 0;
    for (const claim of claims) {
      const path = treeOf(ports, claim);
      const tree = path === null ? undefined : (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing);
      // A caller may name any folder as its worktree by GIT_WORK_TREE.
      const isThere = tree !== undefined || path === ports.places.topLevel;
      if (path !== null && isThere) warnings.push(...(await checkTree(ports, claim, path)));
      const end = await workEnd(ports, claim, tree ?? null);
      if (tree !== undefined && claim.branch !== null && tree.branch !== claim.branch)
        warnings.push(otherBranch(claim, tree, end));
      ends.set(claim.order, end);
      if (end.tip !== null && end.tip === claim.base) warnings.push({ code: 'no-commits', order: claim.order });
    }
    return (order) => {
      const { tip = null, branch = null } = ends.get(order) ?? {};
      const claim = claims.find((one) => one.order === order) as ClaimRecord;
      return { tip, place: { ...placeNow(ports, claim), branch } };
    };
  });
  return outcome.kind === 'done' ? { ...outcome, warnings: [...outcome.warnings, ...warnings] } : outcome;
}

function otherBranch({ order, branch }: ClaimRecord, { branch: actual }: Worktree, { isMoved }: WorkEnd): Warning {
  return { code: 'other-branch', order, branch: branch as string, actual, role: isMoved ? 'counts' : 'ignored' };
}

async function checkTree(ports: Ports, { order }: ClaimRecord, path: string): Promise<Warning[]> {
  const status = await ports.worktrees.status(path);
  const orderFiles = await ports.orders.orderFilesAmong(status.changes.map((change) => change.path));
  const files = status.changes.map((change) => ({ ...change, isOrderFile: orderFiles.has(change.path) }));
  const { work, doubtful } = uncommitted(files, path !== ports.places.mainDir);
  if (work.length > 0) throw new ClaimError({ code: 'illegal', kind: 'uncommitted-work', order, worktree: path, files: work });
  return doubtful.length === 0 ? [] : [{ code: 'uncommitted', order, files: doubtful }];
}
