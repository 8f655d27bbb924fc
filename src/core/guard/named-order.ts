import type { OrderId } from '../ids.ts';

/** A longer branch has its order within this many words. */
const WORDS_MAX = 12;

/** Returns the ids a branch may be named after, the longest first: `ORDER-143-FIX`, `ORDER-143`, `ORDER` for `order-143-fix`. */
export function namesIn(branch: string): readonly string[] {
  const words = branch.toUpperCase().split('-').slice(0, WORDS_MAX);
  return words.map((_, at) => words.slice(0, words.length - at).join('-'));
}

/** Returns whether two ids differ only in their number: `ORDER-1` and `ORDER-143`, `ENG-7` and `ENG-9.1`. */
export function isOneFamily(one: OrderId, other: OrderId): boolean {
  const family = (order: OrderId) => order.replace(/[0-9.]+$/, '');
  return family(one) === family(other);
}
