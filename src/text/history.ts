import type { History } from '../usecases/log.ts';
import { at, type Page, shown, table } from './page.ts';

/** Returns the ownership history, newest first. */
export function historyText(page: Page, { history, order }: History): string {
  if (history.length === 0) return order === null ? 'nothing was ever claimed here' : `${shown(order)} was never claimed`;
  return table(
    page,
    history.map((row) => [
      shown(row.order),
      at(page, row.at),
      row.action === 'mint' ? 'filed' : row.action,
      `${shown(row.session)}${row.challenger === null ? '' : ` (by ${shown(row.challenger)})`}`,
      `generation ${row.generation}`,
      shown(row.note ?? row.branch ?? ''),
    ]),
    true,
  ).join('\n');
}
