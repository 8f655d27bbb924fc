import { orderOfBranch } from '../../core/check/naming.ts';
import { type ClaimRecord, isLive } from '../../core/claim/record.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import type { Block } from '../../core/failures/why.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Hold } from '../../core/orders/facts.ts';
import type { OrderList } from '../../core/orders/order.ts';
import { type Judged, recommend } from '../../core/orders/recommend.ts';
import type { BranchTip } from '../../ports/branches.ts';
import type { Reading } from '../../ports/registry.ts';
import { heldPaths } from '../evidence/held-paths.ts';
import { survey } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import { arrive } from '../presence/arrive.ts';
import type { Warning } from '../warning.ts';
import { complaints } from './complaints.ts';

export type Recommended = { readonly judged: readonly Judged[]; readonly list: OrderList; readonly warnings: readonly Warning[] };

/** Reads files, claims and branches, judges every order for the caller, and gives the caller's sign of life. */
export async function recommendOrders(ports: Ports): Promise<Recommended> {
  const surveying = ports.registry.survey();
  const reading = Promise.all([ports.orders.read(), ports.branches.ahead()]);
  const { asker, readings, paths, warnings } = await arrive(ports, { surveying, beside: reading });
  const [list, ahead] = await reading;
  const shown = new Map([...readings].filter(([, reading]) => reading.kind !== 'record' || isLive(reading.record)));
  const views = new Map(survey(ports, shown, asker).map((view) => [view.order, view]));
  const strays = strayBranches(ports, ahead, list, readings);
  const tips = [...completedTips(list, readings), ...strays.map(({ tip }) => tip)];
  const unmerged = await ports.branches.unmerged([...new Set(tips)]);
  const holds = new Map<OrderId, Hold>();
  for (const [order, reading] of readings) {
    const hold = holdOf(reading, views.get(order) ?? null, unmerged);
    if (hold !== null) holds.set(order, hold);
  }
  const facts = {
    holds,
    readyAt: ports.settings.readyAt,
    branches: new Map(unmergedStrays(strays, unmerged)),
    heldPaths: heldPaths(ports, paths, asker),
  };
  return { judged: recommend(list.orders, facts, asker?.key ?? null), list, warnings: [...warnings, ...complaints(list)] };
}

/** Returns the tips of completed orders that unfinished ones depend on, or whose files do not say that they are complete. */
function completedTips({ orders }: OrderList, readings: ReadonlyMap<OrderId, Reading>): Oid[] {
  const unfinished = orders.filter(({ status }) => status !== 'complete');
  const needed = new Set<string>(unfinished.flatMap(({ id, dependsOn }) => [id, ...dependsOn]));
  return [...readings.values()].flatMap((reading) => {
    if (reading.kind !== 'record' || reading.record.state !== 'completed') return [];
    const { order, tip, base } = reading.record;
    return tip !== null && tip !== base && needed.has(order) ? [tip] : [];
  });
}

function holdOf(reading: Reading, view: ClaimView | null, unmerged: ReadonlySet<string>): Hold | null {
  if (reading.kind === 'absent') return null;
  if (reading.kind !== 'record') return { kind: 'foreign', why: reading.why };
  const { state, tip, branch, holder } = reading.record;
  if (state === 'completed')
    return { kind: 'completed', session: holder.id, branch, isMerged: tip === null || !unmerged.has(tip) };
  if (view === null) return null;
  const { liveness, evidence, mine } = view;
  const isSilent = liveness === 'stale' || liveness === 'challenged' || liveness === 'expired' || liveness === 'dead';
  return { kind: 'held', session: holder.id, isMine: mine, isSilent, evidence, block: blockOf(reading.record) };
}

function blockOf({ state, note }: ClaimRecord): Block | null {
  return state === 'blocked' ? { note } : null;
}

type Stray = BranchTip & { readonly order: OrderId };

/** Returns branches named for an unfinished order that was never claimed: somebody works, or worked, without git-claim. */
function strayBranches(
  ports: Ports,
  ahead: readonly BranchTip[],
  { orders }: OrderList,
  readings: ReadonlyMap<OrderId, Reading>,
): Stray[] {
  const pattern = ports.settings.idPattern;
  const unfinished = new Set(orders.filter(({ status }) => status !== 'complete').map(({ id }) => id));
  return ahead.flatMap(({ branch, tip }) => {
    const order = orderOfBranch(branch, pattern);
    return order === null || readings.has(order) || !unfinished.has(order) ? [] : [{ order, branch, tip }];
  });
}

function unmergedStrays(strays: readonly Stray[], unmerged: ReadonlySet<Oid>) {
  return strays.filter(({ tip }) => unmerged.has(tip)).map(({ order, branch }) => [order, branch] as const);
}
