import type { Order } from './order.ts';

type Ranked = { readonly order: Pick<Order, 'id' | 'priority' | 'createdMs'> };

/** This many orders of one priority are equally good: each session begins with a different one. */
const WINDOW = 8;

/** Sorts by priority, then age. Within each {@link WINDOW} of equal priority, every session has its own order. */
export function rank<T extends Ranked>(orders: readonly T[], spread: string | null): T[] {
  const sorted = [...orders].sort(byWorth);
  if (spread === null) return sorted;
  return windows(sorted).flatMap((window) => {
    const places = window.map((one) => ({ one, place: hash(`${spread} ${one.order.id}`) }));
    return places.sort((one, other) => one.place - other.place).map(({ one }) => one);
  });
}

function byWorth({ order: one }: Ranked, { order: other }: Ranked): number {
  return (
    (one.priority ?? Number.POSITIVE_INFINITY) - (other.priority ?? Number.POSITIVE_INFINITY) ||
    (one.createdMs ?? Number.POSITIVE_INFINITY) - (other.createdMs ?? Number.POSITIVE_INFINITY) ||
    byNumber(one.id, other.id)
  );
}

/** Orders ids by number: `ORDER-9` is older than `ORDER-10`. */
function byNumber(one: string, other: string): number {
  const [oneName, otherName] = [one, other].map((id) => id.replace(/[0-9.]+$/, '')) as [string, string];
  const [oneParts, otherParts] = [one.slice(oneName.length), other.slice(otherName.length)].map((digits) =>
    digits.split('.').map(Number),
  );
  const shared = Array.from(oneParts as number[], (part, at) => part - ((otherParts as number[])[at] ?? -1)).find(
    (gap) => gap !== 0,
  );
  return (
    compare(oneName, otherName) ||
    shared ||
    (oneParts as number[]).length - (otherParts as number[]).length ||
    compare(one, other)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Splits where the priority changes, and each part into windows. */
function windows<T extends Ranked>(sorted: readonly T[]): T[][] {
  const cut: T[][] = [];
  for (const one of sorted) {
    const last = cut.at(-1);
    const isFull = last === undefined || last.length === WINDOW || last[0]?.order.priority !== one.order.priority;
    if (isFull) cut.push([one]);
    else last.push(one);
  }
  return cut;
}

/** FNV-1a, mixed once more: the same on every machine, and spread well enough. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
