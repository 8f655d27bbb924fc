import { orderOfBranch } from '../../core/check/naming.ts';
import { currentIn } from '../../core/claim/board.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Hold } from '../../core/orders/facts.ts';
import type { OrderList } from '../../core/orders/order.ts';
import { type Judged, recommend } from '../../core/orders/recommend.ts';
import { type BranchTip, nameOfTip } from '../../core/trees/branch-name.ts';
import type { Reading } from '../../ports/registry.ts';
import { heldPaths } from '../evidence/held-paths.ts';
import { survey } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import { arrive } from '../presence/arrive.ts';
import { freshen } from '../remote/contact.ts';
import type { Warning } from '../warning.ts';
import { complaints } from './complaints.ts';
import { holdOf } from './holds.ts';

export type Recommended = {
  readonly judged: readonly Judged[];
  readonly list: OrderList;
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly warnings: readonly Warning[];
};

/** Reads files, claims and branches, judges every order for the caller, and gives the caller's sign of life. */
export async function recommendOrders(ports: Ports): Promise<Recommended> {
  await freshen(ports);
  const surveying = ports.registry.survey();
  const reading = Promise.all([ports.orders.read(), ports.branches.ahead()]);
  const { asker, readings, paths, warnings } = await arrive(ports, { surveying, beside: reading });
  const [list, ahead] = await reading;
  const current = currentIn(readings);
  const views = new Map(survey(ports, current, asker).map((view) => [view.order, view]));
  const strays = strayBranches(ports, ahead, list, readings);
  const ended = await endedClaims(ports, list, readings);
  const endedTips = ended.flatMap(({ tip }) => tip ?? []);
  // A file that says complete needs no claim to say so too.
  const needed = neededOrders(list);
  const asked = new Map([...current, ...neededOf(needed, readings)]);
  const tips = [...completedTips(asked), ...strays.map(({ tip }) => tip), ...endedTips];
  const unmerged = await ports.branches.unmerged([...new Set(tips)]);
  const holds = new Map<OrderId, Hold>();
  for (const [order, reading] of asked) {
    const hold = holdOf(reading, views.get(order) ?? null, unmerged);
    if (hold !== null) holds.set(order, hold);
  }
  const facts = {
    holds,
    ended: new Map(
      ended.map(({ record, tip }) => {
        const merged = tip !== null && !unmerged.has(tip) ? record.branch : null;
        return [record.order, { session: record.holder.id, merged }];
      }),
    ),
    readyAt: ports.settings.readyAt,
    branches: new Map(unmergedStrays(strays, unmerged)),
    heldPaths: heldPaths(ports, paths, asker),
  };
  const judged = recommend(list.orders, facts, asker?.key ?? null);
  return { judged, list, readings, warnings: [...warnings, ...complaints(list)] };
}

/** Returns the orders whose files do not say that they are complete, and those that they depend on. */
function neededOrders({ orders }: OrderList): ReadonlySet<string> {
  const unfinished = orders.filter(({ status }) => status !== 'complete');
  return new Set(unfinished.flatMap(({ id, dependsOn }) => [id, ...dependsOn]));
}

function neededOf(needed: ReadonlySet<string>, readings: ReadonlyMap<OrderId, Reading>): [OrderId, Reading][] {
  return [...needed].flatMap((text) => {
    const reading = readings.get(text as OrderId);
    return reading === undefined ? [] : [[text as OrderId, reading]];
  });
}

/** Returns the tips of those orders that were completed. */
function completedTips(asked: ReadonlyMap<OrderId, Reading>): Oid[] {
  return [...asked.values()].flatMap((reading) => {
    if (reading.kind !== 'record' || reading.record.state !== 'completed') return [];
    const { tip, base } = reading.record;
    return tip !== null && tip !== base ? [tip] : [];
  });
}

/** More orders than this are not looked at: each was released, and its file says that it is ready. */
const ENDED_MAX = 500;

/** Returns the last claims of ready orders that were released or abandoned, with the commits of their branches. */
async function endedClaims(ports: Ports, { orders }: OrderList, readings: ReadonlyMap<OrderId, Reading>) {
  const records = orders.flatMap(({ id, status }) => {
    const reading = status === 'complete' || status === 'draft' ? undefined : readings.get(id);
    if (reading?.kind !== 'record') return [];
    return reading.record.state === 'released' || reading.record.state === 'abandoned' ? [reading.record] : [];
  });
  const branches = records.slice(0, ENDED_MAX).flatMap(({ branch }) => branch ?? []);
  const tips = await ports.branches.tips([...new Set(branches)]);
  return records.map((record) => {
    const tip = (record.branch === null ? null : tips.get(record.branch)) ?? null;
    return { record, tip: tip === record.base ? null : tip };
  });
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
  return ahead.flatMap((one) => {
    const order = orderOfBranch(one.branch, pattern);
    return order === null || readings.has(order) || !unfinished.has(order) ? [] : [{ ...one, order }];
  });
}

function unmergedStrays(strays: readonly Stray[], unmerged: ReadonlySet<Oid>) {
  return strays.filter(({ tip }) => unmerged.has(tip)).map((stray) => [stray.order, nameOfTip(stray)] as const);
}
