import type { OrderId } from '../core/ids.ts';
import { readerOf } from './caller/asker.ts';
import { type EventView, eventView } from './caller/event-view.ts';
import { noteUnreported } from './guard/log.ts';
import { parseOrders } from './orders/spelling.ts';
import type { Ports } from './ports.ts';
import { type Warning, withoutLog } from './warning.ts';

export type Feed = {
  readonly kind: 'feed';
  readonly events: readonly EventView[];
  /** The order whose events these are; null for all. */
  readonly order: OrderId | null;
  readonly warnings: readonly Warning[];
};

/** A screenful at first. A reader who continues from a number gets a page at a time. */
const LATEST = 50;
const PAGE = 200;

/** A person does not notice the delay, and one look takes a tenth of a millisecond. */
const FOLLOW_POLL_MS = 1_000;

/**
 * Returns what happened recently, oldest first.
 *
 * @param text an order, to return only its events; null for all events
 * @param afterNumber to return the first events after this number; null for the latest
 */
export function feed(ports: Ports, text: string | null, afterNumber: number | null): Feed {
  const order = text === null ? null : (parseOrders(ports, [text])[0] as OrderId);
  const page = afterNumber === null ? { limit: LATEST } : { afterNumber, limit: PAGE };
  const asker = readerOf(ports);
  noteUnreported(ports, asker);
  const key = asker?.key ?? null;
  const events = ports.events.read({ ...(order === null ? {} : { order }), ...page }).map((event) => eventView(event, key));
  return { kind: 'feed', events, order, warnings: withoutLog(ports.cache.trouble) };
}

/**
 * Reports the latest events and then each new one, until it is stopped. If the cache is deleted, it follows the new one.
 *
 * @param following `sleep` waits between two looks, and less if it is stopped
 */
export async function follow(ports: Ports, text: string | null, { tell, sleep, isStopped }: Following): Promise<void> {
  let last = 0;
  for (let { events } = feed(ports, text, null); !isStopped(); { events } = feed(ports, text, last)) {
    if (events.length > 0) tell(events);
    last = events.at(-1)?.number ?? last;
    if (events.length < PAGE) await sleep(FOLLOW_POLL_MS);
  }
}

export type Following = {
  readonly tell: (events: readonly EventView[]) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
};
