import { ClaimError } from '../core/errors.ts';
import { type OrderId, orderIdOf } from '../core/ids.ts';
import { oneLine } from '../core/line.ts';
import {
  highestNumber,
  type Numbered,
  newOrderFile,
  newOrderFolder,
  newOrderText,
  numberOf,
  type ParentFile,
  spelled,
} from '../core/orders/new-order.ts';
import type { Order } from '../core/orders/order.ts';
import { wordFor } from '../core/orders/status-words.ts';
import { formatInstant } from '../core/time.ts';
import { askerItself } from './caller/asker.ts';
import { chosenOrders } from './orders/selection.ts';
import { namedOrders } from './orders/spelling.ts';
import { carryOut } from './ownership/carry-out.ts';
import { noteEvent } from './ownership/note-change.ts';
import type { Ports } from './ports.ts';

export type Filed = {
  readonly kind: 'filed';
  readonly order: Order;
  readonly parent: OrderId;
  readonly isBlocked: boolean;
  /** Absolute. */
  readonly path: string;
  /** What its file must say of its status when it may begin, in the words of the files beside it. */
  readonly readyWord: string;
};

/** Losing this many numbers in a row to others means that something is wrong. */
const NUMBERS_MAX = 1_000;

/**
 * Files a draft for work that was found while working on another order. A swap takes its id before anything is written, so that
 * two sessions cannot mint the same number.
 *
 * @param parents the order at which the work was found; none: that of this worktree
 * @throws ClaimError `usage` without a title, without exactly one parent, or if its id does not end in a number; `illegal` or
 * `git` if the file cannot be written
 */
export async function followUp(
  ports: Ports,
  parents: readonly string[],
  { title: text, isBlocked }: { readonly title: string; readonly isBlocked: boolean },
): Promise<Filed> {
  const title = oneLine(text);
  if (title === '') throw new ClaimError({ code: 'usage', kind: 'follow-up-without-title' });
  const asker = askerItself(ports);
  const [parent, ...more] = parents.length > 0 ? await known(ports, parents) : await chosenOrders(ports, asker, 'follow-up', []);
  if (parent === undefined || more.length > 0) throw new ClaimError({ code: 'usage', kind: 'follow-up-of-several' });
  const { orders } = await ports.orders.read();
  const [like, taken] = await Promise.all([parentFile(ports, parent, orders), takenIds(ports, orders)]);
  const numbered = numberOf(like?.order.spelling ?? parent);
  if (numbered === null) throw new ClaimError({ code: 'usage', kind: 'order-unnumbered', order: parent });
  const minted = await mint(ports, numbered, highestNumber(numbered.prefix, taken), title);
  const now = formatInstant(ports.clock.now().wallMs);
  const { spelling, id } = minted;
  const own = { spelling, title, parent: like?.order.spelling ?? parent, isBlocked, now };
  const file = newOrderFile(spelling, title, newOrderFolder(parent, orders, ports.orders.folder), like);
  const path = await ports.orders.file(file, newOrderText(own, like));
  const words = [like?.order ?? [], ...orders].flat().flatMap(({ statusWord }) => statusWord ?? []);
  const order = draft(id, spelling, title, file, isBlocked ? [parent] : []);
  return { kind: 'filed', order, parent, isBlocked, path, readyWord: wordFor('ready', words) };
}

/** A mistyped parent would begin a numbering of its own. */
async function known(ports: Ports, texts: readonly string[]): Promise<readonly OrderId[]> {
  const { orders, unknown, near } = await namedOrders(ports, texts);
  const [order] = unknown;
  if (order === undefined || orders.length > 1) return orders;
  throw new ClaimError({ code: 'usage', kind: 'follow-up-parent', order, near: near.get(order) ?? null });
}

async function parentFile(ports: Ports, parent: OrderId, orders: readonly Order[]): Promise<ParentFile | null> {
  const order = orders.find(({ id }) => id === parent);
  const head = order === undefined ? null : await ports.orders.head(order.file);
  return order === undefined || head === null ? null : { order, head };
}

/** Returns every id that is in use: of claims, in front matter, and in names of files on branches and in worktrees. */
async function takenIds(ports: Ports, orders: readonly Order[]): Promise<string[]> {
  const [{ readings }, names] = await Promise.all([ports.registry.survey(), ports.orders.names()]);
  return [...readings.keys(), ...orders.map(({ id }) => id), ...names];
}

async function mint(
  ports: Ports,
  numbered: Numbered,
  highest: number,
  title: string,
): Promise<{ readonly spelling: string; readonly id: OrderId }> {
  const asker = askerItself(ports);
  const { lease } = ports.settings;
  const place = { worktree: null, branch: null, base: null };
  const gather = async () => () => ({ lease, place, note: title });
  for (let number = highest + 1; number <= highest + NUMBERS_MAX; number += 1) {
    const spelling = spelled(numbered, number);
    const id = orderIdOf(spelling, ports.settings.idPattern);
    if (id === null) throw new ClaimError({ code: 'usage', kind: 'follow-up-id', id: spelling });
    // A refusal means that another session was faster, or that another tool has a ref there.
    const outcome = await carryOut(ports, { asker, command: 'mint', orders: [id], gather });
    if (outcome.kind === 'changed') {
      for (const one of outcome.claims) noteEvent(ports, asker, one);
      return { spelling, id };
    }
  }
  throw new ClaimError({ code: 'git', kind: 'follow-up-numbers-taken', from: highest + 1 });
}

function draft(id: OrderId, spelling: string, title: string, file: string, dependsOn: readonly string[]): Order {
  const none = { priority: null, labels: [], paths: [], linear: null, createdMs: null, trouble: null };
  return { ...none, id, spelling, title, status: 'draft', statusWord: 'draft', dependsOn, file };
}
