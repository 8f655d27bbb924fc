import { isLive, type Witnessed } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Failure } from '../../core/failures/failure.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { isDefaultKnown } from '../../ports/branches.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { readerOf } from '../caller/asker.ts';
import { treeOf } from '../caller/tree.ts';
import { claimedOrders } from '../orders/spelling.ts';
import type { Ports } from '../ports.ts';
import { beingRemoved } from './being-removed.ts';
import { type MergedBranch, mergedBranches, type RemovedBranch, removeBranches } from './merged-branches.ts';
import { type MayRemove, mayRemove, type Removed, recoverTrees, removeTree } from './remove.ts';

/** A worktree that stays, and why. */
export type KeptTree = { readonly order: OrderId; readonly path: string; readonly why: KeptWhy };

export type KeptWhy =
  | { readonly kind: 'held'; readonly session: string | null }
  /** `commits`: how many of its branch; 0 if only the commit that it was finished with is not merged. */
  | { readonly kind: 'unmerged'; readonly commits: number }
  /** No branch is known to be the default one, so that nothing counts as merged. */
  | { readonly kind: 'no-default-branch' }
  /** Nobody was there to be asked. */
  | { readonly kind: 'ignored'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

export type RemovedTrees = {
  readonly kind: 'removed-trees';
  readonly removed: readonly Removed[];
  readonly kept: readonly KeptTree[];
  /** Branches without a worktree that were merged. */
  readonly branches: readonly RemovedBranch[];
};

/**
 * Removes the worktrees of orders: all of them, or none if one of them may not be removed.
 *
 * @throws ClaimError as {@link removeTree}
 */
export async function removeTrees(ports: Ports, texts: readonly string[], isSaving: boolean): Promise<RemovedTrees | Refusal> {
  const orders = await claimedOrders(ports, texts);
  const ready: MayRemove[] = [];
  for (const order of orders.length > 1 ? orders : []) {
    const seen = await mayRemove(ports, order, isSaving);
    if (seen.kind === 'refused') return seen;
    ready.push(seen);
  }
  const removed: Removed[] = [];
  const kept: KeptTree[] = [];
  for (const [at, order] of orders.entries()) {
    const outcome =
      at === 0 ? await removeTree(ports, order, isSaving, ready[at]) : await attempt(ports, order, isSaving, ready[at]);
    if (outcome.kind === 'refused') return outcome;
    if (outcome.kind === 'removed') removed.push(outcome);
    else kept.push(outcome.kept);
  }
  return { kind: 'removed-trees', removed, kept, branches: [] };
}

/** What would be removed and what would stay, before anybody is asked. */
export type PrunePlan = {
  readonly going: readonly MayRemove[];
  readonly kept: readonly KeptTree[];
  readonly branches: readonly MergedBranch[];
};

/**
 * Removes the worktrees of all orders that are over and merged, each under the same conditions as {@link removeTree} without
 * saving: nothing is lost by it. Branches go too that were merged after their worktrees were removed. A person is shown the list
 * first. Without one, worktrees stay whose ignored files exist nowhere else.
 *
 * @param agree asks a person; null if nobody can be asked
 * @returns what was removed and what stays; null if the person did not agree
 */
export async function pruneMerged(
  ports: Ports,
  agree: ((plan: PrunePlan) => Promise<boolean>) | null,
): Promise<RemovedTrees | null> {
  const asked = readerOf(ports)?.agent ? null : agree;
  const plan = await planOf(ports, asked === null);
  const { going, kept, branches } = plan;
  if (going.length + branches.length > 0 && asked !== null && !(await asked(plan))) return null;
  const removed: Removed[] = [];
  const stays = [...kept];
  for (const one of going) {
    const order = orderOf(one);
    const outcome = await attempt(ports, order, false, one);
    if (outcome.kind === 'removed') removed.push(outcome);
    else if (!isGone(outcome.kept)) stays.push(outcome.kept);
  }
  return { kind: 'removed-trees', removed, kept: stays, branches: await removeBranches(ports, branches) };
}

/** Another process has removed it meanwhile. */
function isGone({ why }: KeptTree): boolean {
  return why.kind === 'failure' && why.failure.kind === 'no-own-worktree';
}

async function planOf(ports: Ports, isUnasked: boolean): Promise<PrunePlan> {
  await recoverTrees(ports);
  const [trees, { readings }] = await Promise.all([ports.worktrees.list(), ports.registry.survey()]);
  const claims = [...readings.values()].flatMap((one) =>
    one.kind === 'record' ? [{ oid: one.oid, previous: one.previous, record: one.record, path: treeOf(ports, one.record) }] : [],
  );
  const going: MayRemove[] = [];
  const kept: KeptTree[] = [];
  for (const tree of trees.filter(({ isMain, isMissing }) => !isMain && !isMissing)) {
    const named = claims.filter(({ path }) => path === tree.path);
    const claim = named.find(({ record }) => isLive(record)) ?? named[0];
    const order = claim?.record.order ?? tree.lock?.order;
    // A worktree that no order ever had is nobody's but its maker's.
    if (order === undefined) continue;
    const found = await judge(ports, order, tree, claim ?? null, isUnasked);
    if ('why' in found) kept.push(found);
    else going.push(found);
  }
  return { going, kept, branches: await mergedBranches(ports, trees, readings) };
}

async function judge(
  ports: Ports,
  order: OrderId,
  tree: Worktree,
  claim: Witnessed | null,
  isUnasked: boolean,
): Promise<MayRemove | KeptTree> {
  const keep = (why: KeptWhy): KeptTree => ({ order, path: tree.path, why });
  if (claim !== null && isLive(claim.record)) return keep({ kind: 'held', session: claim.record.holder.id });
  // Nobody waits for each of them.
  if (tree.lock?.isGoing) return keep({ kind: 'failure', failure: beingRemoved(order, tree.lock).failure });
  const ends = [tree.head, claim?.record.tip ?? null].filter((commit) => commit !== null);
  const unmerged = await ports.branches.unmerged([...new Set(ends)]);
  if (tree.head === null || unmerged.size > 0) {
    if (!isDefaultKnown(await ports.branches.defaultBase())) return keep({ kind: 'no-default-branch' });
    const isAhead = tree.head !== null && unmerged.has(tree.head);
    return keep({ kind: 'unmerged', commits: isAhead ? await ports.branches.unmergedCount(tree.head) : 0 });
  }
  try {
    const seen = await mayRemove(ports, order, false);
    if (seen.kind === 'refused') return keep({ kind: 'held', session: seen.claim?.session ?? null });
    const { count, names } = seen.contents.ignored;
    return isUnasked && count > 0 ? keep({ kind: 'ignored', count, names }) : seen;
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return keep({ kind: 'failure', failure: error.failure });
  }
}

async function attempt(
  ports: Ports,
  order: OrderId,
  isSaving: boolean,
  seen: MayRemove | undefined,
): Promise<Removed | { readonly kind: 'kept'; readonly kept: KeptTree }> {
  const keep = (why: KeptWhy) => ({ kind: 'kept' as const, kept: { order, path: seen?.tree.path ?? '', why } });
  try {
    const outcome = await removeTree(ports, order, isSaving, seen);
    return outcome.kind === 'removed' ? outcome : keep({ kind: 'held', session: outcome.claim?.session ?? null });
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return keep({ kind: 'failure', failure: error.failure });
  }
}

function orderOf({ claim, tree }: MayRemove): OrderId {
  return (claim?.record.order ?? tree.lock?.order) as OrderId;
}
