import type { ClaimRecord } from '../core/claim/record.ts';
import type { Refusal } from '../core/claim/refusal.ts';
import { readerOf } from './asker.ts';
import type { Ports } from './ports.ts';
import { notUnderstood } from './refuse.ts';
import { parseOrders } from './selection.ts';

/** One row of the ownership history. */
export type HistoryRow = Pick<ClaimRecord, 'order' | 'action' | 'state' | 'generation' | 'branch' | 'note'> & {
  readonly at: string;
  readonly oid: string;
  readonly session: string;
  readonly agent: string | null;
};

export type History = { readonly kind: 'history'; readonly history: readonly HistoryRow[] };

/** More than anybody reads; git itself shows the rest: `git show refs/claims/<order>`. */
const ROWS_MAX = 200;

/** Returns who owned an order when, or without one the latest changes of all orders, newest first. */
export async function log(ports: Ports, text: string | null): Promise<History | Refusal> {
  const order = text === null ? null : (parseOrders(ports, [text])[0] ?? null);
  const refused =
    order === null ? null : notUnderstood(ports, readerOf(ports), 'log', order, (await ports.registry.survey([order])).readings);
  if (refused !== null) return refused;
  const records = await ports.registry.history(order, ROWS_MAX);
  return {
    kind: 'history',
    history: records.map(({ oid, record }) => ({
      order: record.order,
      action: record.action,
      state: record.state,
      generation: record.generation,
      session: record.holder.id,
      agent: record.holder.agent,
      branch: record.branch,
      at: record.recordedAt,
      note: record.note,
      oid,
    })),
  };
}
