import type { OrderId } from '../core/ids.ts';
import { readerOf } from './caller/asker.ts';
import { type EventView, eventView } from './caller/event-view.ts';
import { noteUnreported } from './guard/lookout.ts';
import { parseOrders } from './orders/selection.ts';
import type { Ports } from './ports.ts';

export type Feed = { readonly kind: 'feed'; readonly events: readonly EventView[] };

/** A screenful to begin with; whoever reads on from a number gets a page at a time. */
const LATEST = 50;
const PAGE = 200;

/** A person does not see the difference, and a look costs a tenth of a millisecond. */
const FOLLOW_POLL_MS = 1_000;

/**
 * Returns what happened of late, oldest first.
 *
 * @param order only what is about this order; null for everything
 * @param afterNumber only events behind this one, the first of them; null for the latest
 */
export function feed(ports: Ports, text: string | null, afterNumber: number | null): Feed {
  const order = text === null ? {} : { order: parseOrders(ports, [text])[0] as OrderId };
  const page = afterNumber === null ? { limit: LATEST } : { afterNumber, limit: PAGE };
  const asker = readerOf(ports);
  noteUnreported(ports, asker);
  const key = asker?.key ?? null;
  return { kind: 'feed', events: ports.events.read({ ...order, ...page }).map((event) => eventView(event, key)) };
}

/**
 * Tells of the latest events and then of each that is added, until told to stop. A cache that is deleted meanwhile is followed by another one.
 *
 * @param sleep waits between two looks, or less when told to stop
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
