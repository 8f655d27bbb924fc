import type { ClaimRecord } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { uncommitted } from '../core/trees/uncommitted.ts';
import type { Worktree } from '../ports/worktrees.ts';
import { treeOf } from './caller/tree.ts';
import { type Done, onOwnClaims } from './own-claims.ts';
import type { Ports } from './ports.ts';
import type { Consent } from './presence/as-holder.ts';
import { keepFinished, letMergedGo } from './trees/finished.ts';
import { placeNow } from './trees/places.ts';
import { hasOwnTree, type Remainder } from './trees/remainder.ts';
import { type WorkEnd, workEnd } from './trees/work-end.ts';
import type { Warning } from './warning.ts';

/**
 * Ends claims whose work is done. The record keeps branch and commit, so that anybody can see whether they are merged, and a ref
 * of its own keeps the commit until then, whatever happens to the branch.
 *
 * @throws ClaimError `illegal` if work of one order is not committed; then none is completed
 */
export async function complete(ports: Ports, orders: readonly string[], consent: Consent = null): Promise<Done | Refusal> {
  const warnings: Warning[] = [];
  const unmerged = new Set<string>();
  const outcome = await onOwnClaims(ports, { command: 'complete', orders, consent }, async (claims) => {
    const ends = new Map<OrderId, WorkEnd>();
    warnings.length = 0;
    unmerged.clear();
    for (const claim of claims) {
      const path = treeOf(ports, claim);
      const tree = path === null ? undefined : (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing);
      // A caller may name any folder as its worktree by GIT_WORK_TREE.
      const isThere = tree !== undefined || path === ports.places.topLevel;
      if (path !== null && isThere) warnings.push(...(await checkTree(ports, claim, path)));
      warnings.push(...(await stashed(ports, claim, tree?.branch ?? null)));
      const end = await workEnd(ports, claim, tree ?? null);
      if (tree !== undefined && claim.branch !== null && tree.branch !== claim.branch)
        warnings.push(otherBranch(claim, tree, end));
      ends.set(claim.order, end);
      if (end.tip !== null && end.tip === claim.base) warnings.push({ code: 'no-commits', order: claim.order });
    }
    const tips = [...ends.values()].flatMap(({ tip }) => (tip === null ? [] : [tip]));
    const outside = tips.length === 0 ? new Set<Oid>() : await ports.branches.outside(tips);
    const unpublished = await ports.branches.unpublished(tips.filter((tip) => !outside.has(tip)));
    warnings.push(...(await keepEarlier(ports, ends)));
    return (order) => {
      const { tip = null, branch = null } = ends.get(order) ?? {};
      const claim = claims.find((one) => one.order === order) as ClaimRecord;
      const keeps = tip !== null && (outside.has(tip) || unpublished.has(tip)) ? tip : null;
      if (tip !== null && outside.has(tip)) unmerged.add(order);
      return { tip, keeps, place: { ...placeNow(ports, claim), branch } };
    };
  });
  if (outcome.kind !== 'done') return outcome;
  await letMergedGo(ports);
  await keepFinished(
    ports,
    outcome.claims.filter(({ isAlready }) => isAlready).map(({ view }) => view.order),
  );
  const claims = outcome.claims.map((one) => ({ ...one, remainder: remainderOf(ports, one.view, unmerged.has(one.view.order)) }));
  return { ...outcome, claims, warnings: [...outcome.warnings, ...warnings] };
}

/** Keeps work that an order was completed with before, is not merged, and is not below what it is completed with now. */
async function keepEarlier(ports: Ports, ends: ReadonlyMap<OrderId, WorkEnd>): Promise<Warning[]> {
  const earlier = [...(await ports.finished.all())].filter(([order, was]) => ends.has(order) && ends.get(order)?.tip !== was);
  const unmerged = await ports.branches.unmerged(earlier.map(([, was]) => was));
  const warnings: Warning[] = [];
  for (const [order, was] of earlier.filter(([, one]) => unmerged.has(one))) {
    const tip = ends.get(order)?.tip ?? null;
    if (tip !== null && (await ports.branches.contains(tip, was))) continue;
    warnings.push({ code: 'earlier-work', order, ref: await ports.worktrees.keep([was], order) });
  }
  return warnings;
}

function remainderOf(ports: Ports, view: ClaimView, isUnmerged: boolean): Remainder {
  if (hasOwnTree(ports, view)) return isUnmerged ? 'unmerged' : 'removable';
  return isUnmerged ? 'unmerged-branch' : null;
}

function otherBranch({ order, branch }: ClaimRecord, { branch: actual }: Worktree, { isMoved }: WorkEnd): Warning {
  return { code: 'other-branch', order, branch: branch as string, actual, role: isMoved ? 'counts' : 'ignored' };
}

/** Stashes are in no commit of the order, and belong to all worktrees. */
async function stashed(ports: Ports, { order, branch }: ClaimRecord, actual: string | null): Promise<Warning[]> {
  const branches = [...new Set([branch, actual])].filter((one) => one !== null);
  const found = await Promise.all(branches.map(async (on) => ({ on, count: await ports.worktrees.stashes(on) })));
  return found.flatMap(({ on, count }) => (count === 0 ? [] : [{ code: 'stashed' as const, order, branch: on, count }]));
}

async function checkTree(ports: Ports, { order }: ClaimRecord, path: string): Promise<Warning[]> {
  const status = await ports.worktrees.status(path);
  const orderFiles = await ports.orders.orderFilesAmong(status.changes.map((change) => change.path));
  const files = status.changes.map((change) => ({ ...change, isOrderFile: orderFiles.has(change.path) }));
  const { work, doubtful } = uncommitted(files, path !== ports.places.mainDir);
  if (work.length > 0) throw new ClaimError({ code: 'illegal', kind: 'uncommitted-work', order, worktree: path, files: work });
  const { hidden, inner } = await ports.worktrees.overlooked(path);
  return [
    ...(doubtful.length === 0 ? [] : [{ code: 'uncommitted' as const, order, files: doubtful }]),
    ...(hidden.length === 0 ? [] : [{ code: 'hidden-work' as const, order, files: hidden }]),
    ...(inner.length === 0 ? [] : [{ code: 'inner-work' as const, order, inner }]),
  ];
}
