import type { Judged } from '../../core/orders/recommend.ts';
import { orderRow } from './order.ts';

/** Orders that a program rarely asks about. */
const QUIET: ReadonlySet<string> = new Set(['draft', 'complete']);

/**
 * Returns the document of `next`: the recommended orders and those that were passed over, each with the reason.
 *
 * @param isAll whether drafts and complete orders are listed too
 */
export function nextDocument(judged: readonly Judged[], isAll: boolean) {
  return { orders: judged.filter(({ verdict }) => isAll || !QUIET.has(verdict)).map(orderRow) };
}
