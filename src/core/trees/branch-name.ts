import type { OrderId } from '../ids.ts';

/** Long enough to recognise the work, short enough for a prompt and for every file system. */
const SLUG_LENGTH_MAX = 40;

/** Returns the branch of an order: `order-143-fix-login`, or `order-143` if no title is known. */
export function branchName(order: OrderId, title: string | null): string {
  const words = slug(title ?? '');
  return words === '' ? order.toLowerCase() : `${order.toLowerCase()}-${words}`;
}

/** Returns whether a branch is named after the order, and so was made for it. */
export function isBranchOf(order: OrderId, branch: string): boolean {
  return branch === order.toLowerCase() || branch.startsWith(`${order.toLowerCase()}-`);
}

/** Returns the title's words in ASCII, joined by `-`; empty if it has none. */
export function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const cut = words.slice(0, SLUG_LENGTH_MAX + 1);
  const whole = words.length > SLUG_LENGTH_MAX ? cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)) : words;
  return whole.slice(0, SLUG_LENGTH_MAX).replace(/^-+|-+$/g, '');
}
