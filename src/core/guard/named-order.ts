import type { OrderId } from '../ids.ts';

/** A longer branch has its order within this many words. */
const WORDS_MAX = 12;

/**
 * Returns the ids that a branch may be named for, the first and longest first: for `ada/order-143-fix` these are `ADA`,
 * `ORDER-143-FIX`, `ORDER-143`, `ORDER`, `143-FIX`, `143` and `FIX`. Trackers, agents and people put words of their own first.
 */
export function namesIn(branch: string): readonly string[] {
  return branch.toUpperCase().split('/').flatMap(namesInPart);
}

function namesInPart(part: string): string[] {
  const words = Array.from(part.matchAll(/[^-_]+/g), (word) => ({ from: word.index, to: word.index + word[0].length }));
  const near = words.slice(0, WORDS_MAX);
  return near.flatMap(({ from }, at) =>
    near
      .slice(at)
      .reverse()
      .map(({ to }) => part.slice(from, to)),
  );
}

/** Returns whether two ids differ only in their number: `ORDER-1` and `ORDER-143`, `ENG-7` and `ENG-9.1`. */
export function isOneFamily(one: OrderId, other: OrderId): boolean {
  const family = (order: OrderId) => order.replace(/[0-9.]+$/, '');
  return family(one) === family(other);
}
