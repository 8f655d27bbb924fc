import { ClaimError } from '../../core/errors.ts';
import { DEFAULT_ID_PATTERN, type OrderId, orderIdOf, parseOrderId } from '../../core/ids.ts';
import { nearAmong, spellingAmong, twinKey } from '../../core/orders/likeness.ts';
import { askerOf } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';

/** More orders than this are a mistake, and their transaction would take too long. */
const ORDERS_MAX = 1_000;

/**
 * Parses the orders that a person named, each once.
 *
 * @throws ClaimError `bad-id`, or `usage` for too many
 */
export function parseOrders(ports: Ports, texts: readonly string[]): OrderId[] {
  if (texts.length > ORDERS_MAX) throw new ClaimError({ code: 'usage', kind: 'too-many-orders', max: ORDERS_MAX });
  return [...new Set(texts.map((text) => parseOrderId(text, ports.settings.idPattern)))];
}

/** Orders as they are spelled here, and what is known of them. */
export type NamedOrders = {
  /** Each once. */
  readonly orders: readonly OrderId[];
  /** The titles of those that have a file, and the number of all order files. */
  readonly titles: ReadonlyMap<OrderId, string | null>;
  readonly count: number;
  /** Those that neither a file nor a claim knows. */
  readonly unknown: readonly OrderId[];
  /** For some of those: the order that was probably meant. */
  readonly near: ReadonlyMap<OrderId, OrderId>;
};

/**
 * Parses the orders that a person named, and finds how they are spelled here: `ORDER-1` and `ORDER-01` are one order, spelled as
 * its claim is, else as its file is, else without leading zeros (docs/decisions/0017-order-ids.md).
 *
 * @throws ClaimError as {@link parseOrders}
 */
export async function namedOrders(ports: Ports, texts: readonly string[]): Promise<NamedOrders> {
  const typed = parseOrders(ports, texts);
  const [{ used, names }, found] = await Promise.all([ports.registry.spellings(typed), ports.orders.find(typed)]);
  const spelled = typed.map((order) => {
    const claimed = used.get(order);
    if (claimed !== undefined) return claimed;
    return found.titles.has(order) ? order : (spellingAmong(order, found.like.get(order) ?? []) ?? plainest(ports, order));
  });
  const orders = [...new Set(spelled)];
  const isAsTyped = orders.every((order, at) => order === typed[at]);
  const { titles, count } = isAsTyped ? found : await ports.orders.find(orders);
  const unknown = new Map<OrderId, OrderId>();
  for (const [at, order] of typed.entries()) {
    const here = spelled[at] as OrderId;
    if (!used.has(order) && !titles.has(here)) unknown.set(here, order);
  }
  const near = [...unknown].flatMap(([here, order]) => {
    const meant = nearAmong(order, [...(found.like.get(order) ?? []), ...names]);
    return meant === null ? [] : [[here, meant] as const];
  });
  return { orders, titles, count, unknown: [...unknown.keys()], near: new Map(near) };
}

/** Returns whether the near order was meant. */
export type OnNearMiss = (order: OrderId, near: OrderId) => Promise<boolean>;

/**
 * Returns the orders that a caller wants to claim. If one is known to nobody and almost spelled as another, a person is asked. An
 * agent is refused: it would begin work that nobody wants beside the order that was meant.
 *
 * @throws ClaimError `usage` for such an order if nobody can be asked
 */
export async function meantOrders(ports: Ports, texts: readonly string[], ask: OnNearMiss | null): Promise<NamedOrders> {
  const asked = await namedOrders(ports, texts);
  if (asked.near.size === 0) return asked;
  const isAnswered = ask !== null && askerOf(ports).agent === null;
  const meant: OrderId[] = [];
  for (const order of asked.orders) {
    const near = asked.near.get(order);
    if (near !== undefined && !isAnswered) throw new ClaimError({ code: 'usage', kind: 'near-miss', order, near });
    meant.push(near !== undefined && (await ask?.(order, near)) === true ? near : order);
  }
  return namedOrders(ports, meant);
}

/** Where people chose what an id is, a zero may be a part of it. */
function plainest(ports: Ports, order: OrderId): OrderId {
  const { idPattern } = ports.settings;
  if (idPattern.source !== DEFAULT_ID_PATTERN.source) return order;
  return orderIdOf(twinKey(order), idPattern) ?? order;
}

/** Returns the orders that a person named, each as its claim is spelled: for commands that need a claim. */
export async function claimedOrders(ports: Ports, texts: readonly string[]): Promise<OrderId[]> {
  const typed = parseOrders(ports, texts);
  const { used } = await ports.registry.spellings(typed);
  return [...new Set(typed.map((order) => used.get(order) ?? order))];
}
