import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Mended, Worktree } from '../ports/worktrees.ts';
import { askerOf, readerOf } from './caller/asker.ts';
import { treeOf as placeOf } from './caller/tree.ts';
import { isMine, relationTo } from './evidence/observe.ts';
import { claimedOrders } from './orders/spelling.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import { noteChanges } from './ownership/note-change.ts';
import type { Ports } from './ports.ts';
import { letMergedGo } from './trees/finished.ts';
import { claimIn, othersClaim, ownTreeOf } from './trees/own-tree.ts';
import { ownPlaces } from './trees/places.ts';
import { setUp, setUpIfPending } from './trees/set-up.ts';
import { settle } from './trees/settle.ts';
import type { Warning } from './warning.ts';

export type WorktreeRow = {
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
  /** The order whose claim names this worktree, or did so last. */
  readonly order: OrderId | null;
  readonly session: string | null;
  readonly state: string | null;
  readonly mine: boolean;
  readonly isMissing: boolean;
  readonly lock: string | null;
};

export type WorktreeRows = {
  readonly kind: 'worktrees';
  readonly worktrees: readonly WorktreeRow[];
  readonly warnings: readonly Warning[];
};

/** Lists the repository's worktrees with the claims that name them. */
export async function listWorktrees(ports: Ports): Promise<WorktreeRows> {
  const [trees, { readings }] = await Promise.all([ports.worktrees.list(), ports.registry.survey()]);
  const asker = readerOf(ports);
  const claims = [...readings.values()].flatMap((one) =>
    one.kind === 'record' ? [{ oid: one.oid, previous: one.previous, record: one.record, path: placeOf(ports, one.record) }] : [],
  );
  const rows = trees.map((tree) => {
    const named = claims.filter(({ path }) => path === tree.path);
    const claim = named.find(({ record }) => isLive(record)) ?? named[0] ?? null;
    return row(tree, claim, claim !== null && asker !== null && isMine(relationTo(ports, claim, asker)));
  });
  return { kind: 'worktrees', worktrees: rows, warnings: [] };
}

/** Makes the worktree of an order that the caller holds, if it was claimed for another one, or if its folder is gone. */
export async function addWorktree(ports: Ports, text: string): Promise<WorktreeRows | Refusal> {
  const orders = await claimedOrders(ports, [text]);
  const asker = askerOf(ports);
  const gather: Gather = async (readings) => {
    const { placeOf } = await ownPlaces(ports, null, (await ports.orders.find(orders)).titles, readings);
    return (order) => ({ place: placeOf(order) });
  };
  const outcome = await carryOut(ports, { asker, command: 'renew', orders, gather });
  if (outcome.kind === 'refused') return { ...outcome, command: 'worktree add' };
  const warnings = await settle(
    ports,
    asker,
    outcome.claims.map((one) => ({ ...one, isAlready: true })),
  );
  noteChanges(ports, asker, outcome);
  const [made] = outcome.claims;
  const path = (made && placeOf(ports, made.now.record)) ?? ports.places.mainDir;
  const [order] = orders as [OrderId];
  return {
    ...(await rowsOf(ports, path)),
    warnings: [...outcome.warnings, ...warnings, ...(await setUpIfPending(ports, order, path))],
  };
}

/** Sets up the worktree of an order, again or for the first time: copies listed files that are missing, and runs the commands. */
export async function setUpWorktree(ports: Ports, text: string): Promise<WorktreeRows | Refusal> {
  const [order] = (await claimedOrders(ports, [text])) as [OrderId];
  const { readings } = await ports.registry.survey([order]);
  const refused = othersClaim(ports, order, readings);
  if (refused !== null) return refused;
  const { path } = await ownTreeOf(ports, order, claimIn(readings, order));
  const warnings = await setUp(ports, order, path);
  return { ...(await rowsOf(ports, path)), warnings };
}

async function rowsOf(ports: Ports, path: string): Promise<WorktreeRows> {
  const all = await listWorktrees(ports);
  return { ...all, worktrees: all.worktrees.filter((tree) => tree.path === path) };
}

export type Pruned = {
  readonly kind: 'pruned';
  /** Of the worktrees that were forgotten. */
  readonly paths: readonly string[];
  /** All that was done. */
  readonly mended: readonly Mended[];
};

/** Forgets worktrees whose folders are gone, and half-made ones whose makers have exited. */
export async function pruneWorktrees(ports: Ports): Promise<Pruned> {
  const mended = await ports.worktrees.prune();
  await letMergedGo(ports);
  return { kind: 'pruned', paths: mended.flatMap(({ kind, path }) => (kind === 'forgotten' ? [path] : [])), mended };
}

function row(tree: Worktree, claim: Witnessed | null, mine: boolean): WorktreeRow {
  return {
    path: tree.path,
    branch: tree.branch,
    head: tree.head,
    order: claim?.record.order ?? tree.lock?.order ?? null,
    session: claim?.record.holder.id ?? tree.lock?.session ?? null,
    state: claim?.record.state ?? null,
    mine,
    isMissing: tree.isMissing,
    lock: tree.lockText,
  };
}
