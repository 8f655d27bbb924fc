import type { Order } from '../core/orders/order.ts';
import type { Judged, Verdict } from '../core/orders/recommend.ts';
import type { Filed } from '../usecases/follow-up.ts';
import type { Recommendation } from '../usecases/next.ts';
import { detail, type Page, paint, shown, table } from './page.ts';
import { whyClause } from './why.ts';

/** Reasons that are shown; the others are counted. */
const REASONS_MAX = 12;

/** Says what to work on, best first, and what was passed over. */
export function nextText(page: Page, { orders, passed }: Recommendation): string {
  const rows = orders.map(({ order, why }) => [
    shown(order.id),
    shown(priority(order)),
    [order.title ?? '', why === null ? '' : `(${whyClause(why)})`].map(shown).join(' ').trim(),
  ]);
  const [best] = orders;
  return [
    ...table(page, rows).map((line, at) => (at === 0 ? paint(page, 'bold', line) : line)),
    ...(best === undefined ? [] : [detail(page, 'next', `git claim ${best.order.id}, or git claim next --claim`)]),
    ...passedLines(page, passed),
  ].join('\n');
}

/** Says where a follow-up was filed. */
export function filedText(page: Page, { order, parent, isBlocked, path, readyWord }: Filed): string {
  return [
    `${shown(order.id)} filed as a draft${isBlocked ? `, and waits for ${shown(parent)}` : ''}`,
    detail(page, 'file', shown(page.path(path))),
    detail(page, 'next', `describe it there, and set its status to ${shown(readyWord)} when it may begin`),
  ].join('\n');
}

function priority({ priority: value }: Order): string {
  return value === null ? '-' : (['urgent', 'high', 'medium', 'low', 'lowest'][value - 1] ?? String(value));
}

/** Nobody asks why drafts and complete orders were passed over, so they are only counted. */
const COUNTED: ReadonlySet<Verdict> = new Set(['draft', 'complete']);

function passedLines(page: Page, passed: readonly Judged[]): string[] {
  const reasons = passed.filter(({ verdict }) => !COUNTED.has(verdict));
  const rows = reasons
    .slice(0, REASONS_MAX)
    .map(({ order, why, verdict }) => [`  ${shown(order.id)}`, shown(why === null ? verdict : whyClause(why))]);
  const many = (verdict: Verdict, what: string) => {
    const count = passed.filter((one) => one.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${what}`];
  };
  const rest = reasons.length - rows.length;
  const counts = [...(rest === 0 ? [] : [`${rest} more`]), ...many('draft', 'in draft'), ...many('complete', 'complete')];
  if (passed.length === 0) return [];
  return ['passed over', ...table(page, rows), ...(counts.length === 0 ? [] : [`  ${counts.join(', ')}`])];
}
