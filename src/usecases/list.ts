import { isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { Order } from '../core/orders/order.ts';
import type { Reading } from '../ports/registry.ts';
import { survey } from './evidence/observe.ts';
import type { Ports } from './ports.ts';
import { arrive } from './presence/arrive.ts';
import { strangerWarning, type Warning } from './warning.ts';

export type Board = {
  readonly kind: 'board';
  readonly claims: readonly ClaimView[];
  readonly strangers: readonly string[];
  /** Orders in progress by their files that nobody ever claimed. Sessions without git-claim may work on them. */
  readonly legacy: readonly Order[];
  readonly warnings: readonly Warning[];
};

/** Lists live claims and refs that are not understood; with `isAll` also ended claims, with `isMine` only the caller's. */
export async function list(ports: Ports, { isAll, isMine }: { isAll: boolean; isMine: boolean }): Promise<Board> {
  const surveying = ports.registry.survey();
  const reading = isMine ? Promise.resolve([]) : orderFiles(ports);
  const { asker, readings, strangers: all, warnings } = await arrive(ports, { surveying, beside: reading });
  const files = await reading;
  const shown: [OrderId, Reading][] = [];
  for (const one of readings) if (isAll || one[1].kind !== 'record' || isLive(one[1].record)) shown.push(one);
  const claims = survey(ports, shown, asker);
  const strangers = isMine ? [] : all;
  return {
    kind: 'board',
    claims: isMine ? claims.filter(({ mine }) => mine) : claims,
    strangers,
    legacy: files.filter(({ id, status }) => status === 'in_progress' && !isRecorded(readings.get(id))),
    warnings: [...warnings, ...strangers.map(strangerWarning)],
  };
}

/** The board is about claims. Other commands report what is wrong with order files. */
async function orderFiles(ports: Ports): Promise<readonly Order[]> {
  try {
    const { count } = await ports.orders.find([]);
    return count === 0 ? [] : (await ports.orders.read()).orders;
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return [];
  }
}

/** Of an order that was ever claimed, git-claim knows who worked on it, whatever its file still says. */
function isRecorded(reading: Reading | undefined): boolean {
  return reading !== undefined && reading.kind !== 'absent';
}

/** Returns the warning of a legacy order, for the document of a list. */
export function legacyWarning({ id, file }: Order): Warning {
  return { code: 'legacy', order: id, file };
}
