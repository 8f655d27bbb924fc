import type { OrderId } from '../ids.ts';

/** A longer branch has its order within these many words. */
const WORDS_MAX = 12;

/** Returns what the branch may be named for, the longest first: `ORDER-143-FIX`, `ORDER-143`, `ORDER` of `order-143-fix`. */
export function namesIn(branch: string): readonly string[] {
  const words = branch.toUpperCase().split('-').slice(0, WORDS_MAX);
  return words.map((_, at) => words.slice(0, words.length - at).join('-'));
}

/** Tells whether two orders are of one family: `ORDER-1` and `ORDER-143`, `ENG-7` and `ENG-9.1`. */
export function isOneFamily(one: OrderId, other: OrderId): boolean {
  const family = (order: OrderId) => order.replace(/[0-9.]+$/, '');
  return family(one) === family(other);
}
