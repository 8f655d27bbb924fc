import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { type Identity, isPerson } from '../core/session/identity.ts';
import { askerOf } from './caller/asker.ts';
import { lossesIn } from './caller/losses.ts';
import { treeOf } from './caller/tree.ts';
import { observe } from './evidence/observe.ts';
import { claimedOrders } from './orders/spelling.ts';
import { notUnderstood, refusalOf } from './ownership/refuse.ts';
import type { Ports } from './ports.ts';

export type Rescued = {
  readonly kind: 'rescued';
  readonly order: OrderId;
  /** The ref under which the work is kept. */
  readonly ref: string;
  /** Another ref, for the commits at the time when the claim was taken; null if the first ref contains them. */
  readonly commitsRef: string | null;
  /** The worktree whose state was kept; null if it is gone and only its branch was left. */
  readonly worktree: string | null;
  /** Whether the new holder works in that worktree, so that later changes are kept too. */
  readonly isShared: boolean;
  readonly takenBy: string;
  readonly takenAt: string;
  readonly reason: string | null;
  /** The current claim. */
  readonly claim: ClaimView;
};

/** Returns what the caller claimed without the remote, which had another claim; a person may rescue it for its session. */
async function lostApart({ shared }: Ports, order: OrderId, asker: Identity): Promise<Witnessed | null> {
  const lost = (await shared?.lostHere(order)) ?? null;
  return lost !== null && (lost.record.holder.key === asker.key || isPerson(asker)) ? lost : null;
}

/** How many records are searched for a loss. */
const HISTORY_MAX = 200;

/**
 * Keeps under a ref the work of a claim that was taken from the caller: the state of its worktree, untracked files included, on
 * top of its commits. Nothing else changes, and work that is kept already is not kept twice. A person may do this for the session
 * that lost the claim last.
 *
 * @param text the order; null: that of the present worktree, or the only one that the caller lost
 * @throws ClaimError `usage` if none is named and not exactly one was lost, `illegal` if nothing of the work is left
 */
export async function rescue(ports: Ports, text: string | null): Promise<Rescued | Refusal> {
  const asker = askerOf(ports);
  const order = text === null ? await onlyLoss(ports, asker) : ((await claimedOrders(ports, [text]))[0] as OrderId);
  const { readings } = await ports.registry.survey([order]);
  const refused = notUnderstood(ports, asker, 'rescue', order, readings);
  if (refused !== null) return refused;
  const history = await ports.registry.history(order, HISTORY_MAX);
  const at = lossIn(history, asker);
  const apart = at < 0 ? await lostApart(ports, order, asker) : null;
  const now = history[0];
  const [taken, lost] = apart === null ? [history[at], history[at + 1]] : [now, apart];
  if (now === undefined || taken === undefined || lost === undefined)
    return refusalOf(ports, asker, 'rescue', 'illegal', order, readings);

  const path = treeOf(ports, lost.record);
  const tree = (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing && !one.isBare);
  const { tip } = taken.record;
  const commit = tip ?? (lost.record.branch === null ? null : await ports.branches.tip(lost.record.branch));
  if (tree === undefined && commit === null) throw nothingLeft(order, path);
  const ref =
    tree === undefined
      ? await ports.worktrees.keep([commit as NonNullable<typeof commit>], order)
      : await ports.worktrees.save(tree.path, order);
  const hasMoved = tree !== undefined && tip !== null && tree.head !== tip;
  const [claim] = observe(ports, readings, asker);
  return {
    kind: 'rescued',
    order,
    ref,
    commitsRef: hasMoved ? await ports.worktrees.keep([tip], order) : null,
    worktree: tree?.path ?? null,
    isShared: tree !== undefined && isLive(now.record) && treeOf(ports, now.record) === tree.path,
    takenBy: taken.record.holder.id,
    takenAt: taken.record.claimedAt,
    reason: taken.record.note,
    claim: claim as ClaimView,
  };
}

/** Returns the index, newest first, of the record that took the claim from the caller, who does not have it back; else -1. */
function lossIn(history: readonly Witnessed[], asker: Identity): number {
  const own = history.findIndex(
    ({ record }, at) => record.takenFrom === asker.key && history[at + 1]?.record.holder.key === asker.key,
  );
  const isBack = history.slice(0, own).some(({ record }) => record.holder.key === asker.key);
  if (own >= 0 && !isBack) return own;
  return isPerson(asker) && own < 0 ? history.findIndex(({ record }) => record.action === 'take') : -1;
}

/** Returns the order of the present worktree, if it was lost, else the only one that the caller lost. */
async function onlyLoss(ports: Ports, asker: Identity): Promise<OrderId> {
  const { readings } = await ports.registry.survey();
  const { topLevel, mainDir } = ports.places;
  const here = [...readings].flatMap(([order, reading]) =>
    reading.kind === 'record' && topLevel !== mainDir && treeOf(ports, reading.record) === topLevel ? [order] : [],
  );
  for (const order of here) if (lossIn(await ports.registry.history(order, HISTORY_MAX), asker) >= 0) return order;
  const [loss, ...more] = lossesIn(readings, asker.key);
  if (loss !== undefined && more.length === 0) return loss.order;
  throw new ClaimError(
    loss === undefined
      ? { code: 'usage', kind: 'nothing-lost' }
      : { code: 'usage', kind: 'lost-several', orders: [loss, ...more].map(({ order }) => order) },
  );
}

function nothingLeft(order: OrderId, worktree: string | null): ClaimError {
  return new ClaimError({ code: 'illegal', kind: 'nothing-to-rescue', order, worktree });
}
