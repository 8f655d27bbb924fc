import { distance } from '../distance.ts';
import type { OrderId } from '../ids.ts';

/** Returns an id without leading zeros in its numbers, to compare ids: `ORDER-007` and `ORDER-7` name one order. */
export function twinKey(id: string): string {
  return id.replace(/(?<![A-Za-z0-9_])0+(?=[0-9]+(?![A-Za-z0-9_]))/g, '');
}

/** Returns the spelling of an order that is in use: its own, or else one that differs in leading zeros only; null for neither. */
export function spellingAmong(order: OrderId, used: Iterable<OrderId>): OrderId | null {
  const key = twinKey(order);
  const digits = lastDigits(key);
  let twin: OrderId | null = null;
  for (const id of used) {
    if (id === order) return id;
    if (twin === null && id.endsWith(digits) && twinKey(id) === key) twin = id;
  }
  return twin;
}

/** Returns the spelling that is in use, by order; orders without one are left out. */
export function usedAmong(orders: readonly OrderId[], used: readonly OrderId[]): Map<OrderId, OrderId> {
  return new Map(
    orders.flatMap((order) => {
      const spelling = spellingAmong(order, used);
      return spelling === null ? [] : [[order, spelling] as const];
    }),
  );
}

/**
 * Returns the order that was probably meant by an id that nobody uses: the only one with the same number whose name differs in a
 * letter or two. Null if the name is in use with other numbers, because then it is no mistake. Short names such as `ENG` and
 * `OPS` are alike by chance: only a letter too many or too few counts there.
 */
export function nearAmong(order: OrderId, used: Iterable<OrderId>): OrderId | null {
  const typed = parts(order);
  if (typed === null) return null;
  const near = new Set<OrderId>();
  for (const id of used) {
    const other = parts(id);
    if (other?.name === typed.name) return null;
    if (other === null || other.number !== typed.number) continue;
    if (distance(typed.name, other.name) <= Math.floor(Math.max(typed.name.length, other.name.length) / 4)) near.add(id);
  }
  const [only, ...more] = near;
  return only !== undefined && more.length === 0 ? only : null;
}

function lastDigits(id: string): string {
  return /[0-9]*$/.exec(id)?.[0] ?? '';
}

/** `ORDER-007` is ORDER and 7. */
function parts(id: string): { readonly name: string; readonly number: string } | null {
  const [, name = '', number = ''] = /^(.*?[A-Z_])[^A-Z0-9_]*([0-9]+(?:\.[0-9]+)*)$/.exec(twinKey(id)) ?? [];
  return name === '' ? null : { name, number };
}
