import { isLive, type Witnessed } from '../../core/claim/record.ts';
import { doneRef } from '../../core/claim/refs.ts';
import { type Symptom, symptom } from '../../core/doctor/symptom.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import { parseInstant } from '../../core/time.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { treeOf as placeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';

/** The clocks of machines that share a repository may differ by this much before people notice. */
const FUTURE_MS = 60_000;

/** Compares claims with worktrees, and looks for refs that are not ours. */
export async function examineClaims(ports: Ports): Promise<Symptom[]> {
  const { registry, worktrees, guardedRefs } = ports;
  const asked = [registry.survey(), worktrees.list(), guardedRefs.prunedBy(), ports.finished.all()] as const;
  const [{ readings, strangers }, trees, remotes, finished] = await Promise.all(asked);
  const claims = [...readings.values()].filter((reading) => reading.kind === 'record');
  const live = claims.filter(({ record }) => isLive(record));
  const claimsAbout = finderOfClaims(ports, claims);
  return [
    ...strangers.map((ref) => foreign(ref, null, null)),
    ...[...readings].flatMap(([order, reading]) =>
      reading.kind === 'record' || reading.kind === 'absent' ? [] : [foreign(guardedRefs.refOf(order), order, reading.why)],
    ),
    ...live.flatMap((claim) => treeOf(ports, claim, trees)),
    ...(await Promise.all(trees.map((tree) => claimOf(ports, tree, claimsAbout(tree))))).flat(),
    ...claims.flatMap((claim) => ahead(ports, claim)),
    ...(await ownerless(ports, finished, readings)),
    ...remotes.map((remote) => symptom('pruning-remote', { what: 'pruning-remote', ...remote })),
  ];
}

function foreign(ref: string, order: OrderId | null, why: string | null): Symptom {
  return symptom('foreign-ref', { what: 'foreign-ref', ref, why }, { order, place: order === null ? ref : null });
}

/** Finds refs that keep finished work of orders whose claims are gone: nobody is told of them any more. */
async function ownerless(ports: Ports, finished: ReadonlyMap<OrderId, Oid>, readings: ReadonlyMap<OrderId, Reading>) {
  const alone = [...finished].filter(([order]) => (readings.get(order)?.kind ?? 'absent') === 'absent');
  const unmerged = await ports.branches.unmerged([...new Set(alone.map(([, tip]) => tip))]);
  return alone.map(([order, tip]): Symptom => {
    const ref = doneRef(order);
    return symptom('ownerless-work', { what: 'ownerless-work', ref, isMerged: !unmerged.has(tip) }, { place: ref, order });
  });
}

/** Finds a live claim whose worktree is gone. */
function treeOf(ports: Ports, { record }: Witnessed, trees: readonly Worktree[]): Symptom[] {
  const { order, holder } = record;
  const path = placeOf(ports, record);
  if (path === null) return [];
  if (trees.some((tree) => tree.path === path && !tree.isMissing)) return [];
  return [symptom('missing-worktree', { what: 'missing-worktree', holder: holder.id }, { place: path, order })];
}

/**
 * Returns a function that finds the claims which may name a worktree: by where it is, or if it was moved, by its branch or the
 * order that it was made for or is bound to. To look where the worktree of each claim is now, for each worktree, takes minutes.
 */
function finderOfClaims(ports: Ports, claims: readonly Witnessed[]): (tree: Worktree) => readonly Witnessed[] {
  const found = new Map<string, Witnessed[]>();
  for (const claim of claims) {
    const { order, worktree, branch } = claim.record;
    const path = worktree === null ? [] : [`path ${ports.places.absolute(worktree)}`];
    for (const key of [...path, `order ${order}`, `branch ${branch}`]) {
      const alike = found.get(key);
      if (alike === undefined) found.set(key, [claim]);
      else alike.push(claim);
    }
  }
  return ({ path, branch, lock }) => {
    const orders = [...(lock === null ? [] : [lock.order]), ...ports.bindings.read(path).map(({ order }) => order)];
    const keys = [`path ${path}`, ...orders.map((order) => `order ${order}`), ...(branch === null ? [] : [`branch ${branch}`])];
    const claimed = [...new Set(keys.flatMap((key) => found.get(key) ?? []))];
    return claimed.sort((one, other) => (one.record.order < other.record.order ? -1 : 1));
  };
}

/** Finds a worktree made for an order that nobody holds. */
async function claimOf(ports: Ports, tree: Worktree, claims: readonly Witnessed[]): Promise<Symptom[]> {
  const named = claims.filter(({ record }) => placeOf(ports, record) === tree.path);
  const order = tree.lock?.order ?? named[0]?.record.order;
  const alike = [...named, ...claims.filter(({ record }) => record.order === order)];
  if (order === undefined || tree.isMain || alike.some(({ record }) => isLive(record))) return [];
  const ended = alike.find(({ record }) => record.order === order && record.state === 'completed');
  const about =
    ended === undefined || tree.isMissing
      ? ({ what: 'unclaimed-worktree', isListed: tree.isMissing } as const)
      : await completed(ports, ended);
  return [symptom('unclaimed-worktree', about, { severity: 'info', place: tree.path, order })];
}

async function completed(ports: Ports, { record: { tip, branch } }: Witnessed) {
  const isMerged = tip === null || !(await ports.branches.unmerged([tip])).has(tip);
  return { what: 'completed-worktree', branch, isMerged } as const;
}

/** Finds a record from the future. No decision reads its time, but people see it. */
function ahead(ports: Ports, { record }: Witnessed): Symptom[] {
  const recordedMs = parseInstant(record.recordedAt) ?? 0;
  if (recordedMs <= ports.clock.now().wallMs + FUTURE_MS) return [];
  const about = { what: 'future-record', at: record.recordedAt, host: record.holder.host } as const;
  return [symptom('clock', about, { order: record.order })];
}
