import { type ClaimRecord, isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { uncommitted } from '../core/trees/uncommitted.ts';
import type { Worktree } from '../ports/worktrees.ts';
import { askerOf } from './caller/asker.ts';
import { treeOf } from './caller/tree.ts';
import { chosenOrders } from './orders/selection.ts';
import { type Done, onOwnClaims } from './own-claims.ts';
import type { Ports } from './ports.ts';
import type { Consent } from './presence/as-holder.ts';
import {
  afterPublishing,
  areTogether,
  notePushes,
  type Publication,
  type PushedWork,
  publicationsOf,
  publishApart,
  publishedBranch,
} from './publish/publication.ts';
import { type PushedOrders, push, refuseOffline } from './push.ts';
import { confirmed } from './remote/contact.ts';
import { keepFinished, letMergedGo } from './trees/finished.ts';
import { placeNow } from './trees/places.ts';
import { hasOwnTree, type Remainder } from './trees/remainder.ts';
import { type WorkEnd, workEnd } from './trees/work-end.ts';
import type { Warning } from './warning.ts';

/** Who is asked if a guest of the holder completes the order, and whether the work is published with that. */
export type Completing = { readonly consent?: Consent; readonly isPushing?: boolean };

/**
 * Ends claims whose work is done. The record keeps branch and commit, so that anybody can see whether they are merged, and a ref
 * of its own keeps the commit until then, whatever happens to the branch. If the work is to be published, it lands together with
 * the completion, or neither does; where that cannot be, the work lands first.
 *
 * @throws ClaimError `illegal` if work of one order is not committed; then none is completed
 */
export async function complete(
  ports: Ports,
  orders: readonly string[],
  { consent = null, isPushing = false }: Completing = {},
): Promise<Done | Refusal> {
  if (isPushing) refuseOffline(ports);
  await confirmed(ports);
  const first = isPushing ? await pushFirst(ports, orders) : null;
  if (first?.kind === 'refused') return first;
  const warnings: Warning[] = [];
  const unmerged = new Set<string>();
  const offBranch = new Set<string>();
  let publications: readonly Publication[] = [];
  const outcome = await onOwnClaims(ports, { command: 'complete', orders, consent }, async (claims) => {
    const { ends, seen } = await lookOver(ports, claims);
    warnings.splice(0, warnings.length, ...seen);
    unmerged.clear();
    offBranch.clear();
    if (isPushing && first === null) {
      publications = await publicationsOf(ports, ends);
      notePushes(ports, claims, publications);
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
      // It went on, and under no other branch.
      if (ends.get(order)?.isMoved === true && branch === claim.branch) offBranch.add(order);
      const publication = publications.find((one) => one.order === order);
      const publishes = publication === undefined ? null : publishedBranch(publication, false);
      return { tip, keeps, publishes, place: { ...placeNow(ports, claim), branch } };
    };
  });
  if (outcome.kind !== 'done') return outcome;
  await letMergedGo(ports);
  const already = outcome.claims.filter(({ isAlready }) => isAlready).map(({ view }) => view.order);
  await keepFinished(ports, already);
  const pushed = new Map([
    ...(first?.claims ?? []).map((one) => [one.view.order, one.pushed] as const),
    ...(await afterPublishing(ports, publications, true)),
    ...(isPushing ? await pushLate(ports, already) : []),
  ]);
  const claims = outcome.claims.map((one) => {
    const { order } = one.view;
    const work = pushed.get(order);
    return {
      ...one,
      remainder: remainderOf(ports, one.view, unmerged.has(order)),
      ...(offBranch.has(order) ? { isOffBranch: true } : {}),
      ...(work === undefined ? {} : { pushed: work }),
    };
  });
  return { ...outcome, claims, warnings: [...(first?.warnings ?? []), ...outcome.warnings, ...warnings] };
}

/** Publishes the work first where it cannot land together with the completion; null where it can. */
async function pushFirst(ports: Ports, texts: readonly string[]): Promise<PushedOrders | Refusal | null> {
  const orders = await chosenOrders(ports, askerOf(ports), 'complete', texts);
  const live = [...(await ports.registry.read(orders)).values()].flatMap((one) =>
    one.kind === 'record' && isLive(one.record) ? [one.record] : [],
  );
  if (live.length === 0) return null;
  const { ends } = await lookOver(ports, live);
  if (areTogether(await publicationsOf(ports, ends))) return null;
  return push(
    ports,
    live.map(({ order }) => order),
    false,
  );
}

/** Publishes the work of orders that were completed before. A branch that is there already stays as it is. */
async function pushLate(ports: Ports, orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, PushedWork>> {
  const readings = await ports.registry.read(orders);
  const ends = orders.flatMap((order) => {
    const reading = readings.get(order);
    if (reading?.kind !== 'record') return [];
    const { branch, tip } = reading.record;
    return [[order, { branch, tip, isMoved: false }] as const];
  });
  const publications = await publicationsOf(ports, new Map(ends));
  await publishApart(ports, publications, false);
  return afterPublishing(ports, publications, false);
}

/** Looks at what is to be completed: where the work of each order ends, and what is in no commit of it. */
async function lookOver(
  ports: Ports,
  claims: readonly ClaimRecord[],
): Promise<{ readonly ends: ReadonlyMap<OrderId, WorkEnd>; readonly seen: readonly Warning[] }> {
  const ends = new Map<OrderId, WorkEnd>();
  const seen: Warning[] = [];
  for (const claim of claims) {
    const path = treeOf(ports, claim);
    const tree = path === null ? undefined : (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing);
    // A caller may name any folder as its worktree by GIT_WORK_TREE.
    const isThere = tree !== undefined || path === ports.places.topLevel;
    if (path !== null && isThere) seen.push(...(await checkTree(ports, claim, path)));
    seen.push(...(await stashed(ports, claim, tree?.branch ?? null)));
    const end = await workEnd(ports, claim, tree ?? null);
    if (tree !== undefined && claim.branch !== null && tree.branch !== claim.branch) seen.push(otherBranch(claim, tree, end));
    ends.set(claim.order, end);
    if (end.tip !== null && end.tip === claim.base) seen.push({ code: 'no-commits', order: claim.order });
  }
  return { ends, seen };
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
