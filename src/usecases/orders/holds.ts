import { type ClaimRecord, isLive } from '../../core/claim/record.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import type { Block } from '../../core/failures/why.ts';
import { isCanonicalOrderId, type Oid, type OrderId } from '../../core/ids.ts';
import { obstacleIn, type Waits } from '../../core/orders/dependencies.ts';
import type { Hold } from '../../core/orders/facts.ts';
import type { Order } from '../../core/orders/order.ts';
import { filesById } from '../../core/orders/recommend.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { Reading } from '../../ports/registry.ts';
import { observe } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';

/**
 * Returns what a reading says of its order.
 *
 * @param view the claim as this machine sees it, if it is live
 * @param unmerged those of the completed claims' commits whose work is not merged
 */
export function holdOf(reading: Reading, view: ClaimView | null, unmerged: ReadonlySet<Oid>): Hold | null {
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

/**
 * Returns what some orders wait for. Those that wait for nothing are left out.
 *
 * @param asking their files
 * @param known the files of the orders that they depend on; null: they are read here
 */
export async function waitsOf(
  ports: Ports,
  asker: Identity | null,
  asking: readonly Order[],
  known: readonly Order[] | null = null,
): Promise<ReadonlyMap<OrderId, Waits>> {
  if (asking.every(({ dependsOn }) => dependsOn.length === 0)) return new Map();
  const needed = [...new Set(asking.flatMap(({ dependsOn }) => dependsOn))].filter(isCanonicalOrderId);
  const [{ readings }, orders] = await Promise.all([ports.registry.survey(needed), known ?? filesOf(ports, needed)]);
  const records = [...readings.values()].flatMap((reading) => (reading.kind === 'record' ? [reading.record] : []));
  const tips = records.flatMap(({ state, tip, base }) => (state === 'completed' && tip !== null && tip !== base ? [tip] : []));
  const unmerged = await ports.branches.unmerged(tips);
  const live = new Map([...readings].filter(([, reading]) => reading.kind === 'record' && isLive(reading.record)));
  const views = new Map(observe(ports, live, asker).map((view) => [view.order, view]));
  const holds = new Map<OrderId, Hold>();
  for (const [order, reading] of readings) {
    const hold = holdOf(reading, views.get(order) ?? null, unmerged);
    if (hold !== null) holds.set(order, hold);
  }
  const facts = { holds, readyAt: ports.settings.readyAt, files: filesById(orders) };
  return new Map(
    asking.flatMap((order) => {
      const waits = obstacleIn(order, facts);
      return waits === null ? [] : [[order.id, waits] as const];
    }),
  );
}

async function filesOf(ports: Ports, orders: readonly OrderId[]): Promise<readonly Order[]> {
  await ports.orders.find(orders);
  return ports.orders.readNamed(orders);
}
