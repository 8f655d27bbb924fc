import type { ClaimRecord } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { sessionIdOf } from '../core/session/key.ts';
import { claimedOrders } from './orders/spelling.ts';
import type { Ports } from './ports.ts';

/** One row of the ownership history. */
export type HistoryRow = Pick<ClaimRecord, 'order' | 'action' | 'state' | 'generation' | 'branch' | 'note'> & {
  readonly at: string;
  readonly oid: string;
  readonly session: string;
  readonly agent: string | null;
  /** The session that challenged the holder; null for every other action. */
  readonly challenger: string | null;
};

export type History = {
  readonly kind: 'history';
  /** The order; null for all orders. */
  readonly order: OrderId | null;
  readonly history: readonly HistoryRow[];
};

/** More than anybody reads; git itself shows the rest: `git show refs/claims/<order>`. */
const ROWS_MAX = 200;

/** Returns who owned an order and when, or without an order the latest changes of all orders, newest first. */
export async function log(ports: Ports, text: string | null): Promise<History> {
  const order = text === null ? null : ((await claimedOrders(ports, [text]))[0] ?? null);
  if (order !== null) await assertReadable(ports, order);
  const records = await ports.registry.history(order, ROWS_MAX);
  return {
    kind: 'history',
    order,
    history: records.map(({ oid, record }) => ({
      order: record.order,
      action: record.action,
      state: record.state,
      generation: record.generation,
      session: record.holder.id,
      agent: record.holder.agent,
      challenger: record.action === 'challenge' && record.challenge !== null ? sessionIdOf(record.challenge.by) : null,
      branch: record.branch,
      at: record.recordedAt,
      note: record.note,
      oid,
    })),
  };
}

/** A ref that is not understood has an unknown history, not an empty one. */
async function assertReadable(ports: Ports, order: OrderId): Promise<void> {
  const reading = (await ports.registry.survey([order])).readings.get(order);
  if (reading?.kind !== 'foreign' && reading?.kind !== 'unreadable') return;
  throw new ClaimError({
    code: reading.kind === 'foreign' ? 'foreign' : 'unknown',
    kind: 'history-unreadable',
    order,
    why: reading.why,
  });
}
