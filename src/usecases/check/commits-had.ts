import type { CommitsHad } from '../../core/check/facts.ts';
import { commitsTakenIn, type Work } from '../../core/check/history.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import { parseInstant } from '../../core/time.ts';
import type { Base } from '../../ports/branches.ts';
import type { SeenCommit } from '../../ports/commits.ts';
import type { CheckedTrees } from './trees.ts';

type Asked = {
  /** Orders that are not claimed, whose work would begin now. */
  readonly about: readonly OrderId[];
  /** The caller's claims. */
  readonly held: readonly ClaimView[];
  readonly trees: CheckedTrees['trees'];
  readonly base: Base | null;
  /** When the caller's session began, in milliseconds since the epoch; null if that is unknown. */
  readonly hereSinceMs: number | null;
};

/** Returns which commits of others the caller's work began from or has taken in. Asks nobody: all of it was read already. */
export function commitsHad(
  seen: readonly SeenCommit[],
  others: readonly SeenCommit[],
  { about, held, trees, base, hereSinceMs }: Asked,
): CommitsHad {
  const parents = parentsOf(seen);
  const here = trees.find(({ isHere }) => isHere);
  const isOf = (work: Work) => commitsTakenIn(work, others, parents);
  const orders = new Map(about.map((order) => [order, isOf(beginning(base?.commit ?? null))] as const));
  for (const { order, worktree, claimedAt } of held) {
    const tree = trees.find(({ path }) => path === worktree);
    orders.set(order, isOf({ tip: tree?.head ?? null, branch: tree?.branch ?? null, sinceMs: parseInstant(claimedAt ?? '') }));
  }
  return { here: isOf({ tip: here?.head ?? null, branch: here?.branch ?? null, sinceMs: hereSinceMs }), orders };
}

/** Returns the same for work that begins now, each order's at its commit. */
export async function commitsBefore(
  seen: readonly SeenCommit[],
  others: readonly SeenCommit[],
  orders: readonly OrderId[],
  beginningOf: (order: OrderId) => Promise<Oid | null> | Oid | null,
): Promise<CommitsHad> {
  const parents = parentsOf(seen);
  const had = orders.map(async (order) => [order, commitsTakenIn(beginning(await beginningOf(order)), others, parents)] as const);
  return { here: new Set(), orders: new Map(await Promise.all(had)) };
}

function beginning(tip: Oid | null): Work {
  return { tip, branch: null, sinceMs: Number.POSITIVE_INFINITY };
}

function parentsOf(commits: readonly SeenCommit[]): ReadonlyMap<Oid, readonly Oid[]> {
  return new Map(commits.map(({ oid, parents }) => [oid, parents]));
}
