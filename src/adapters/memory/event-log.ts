import type { EventFilter, EventLog, LoggedEvent, NumberedEvent } from '../../ports/event-log.ts';
import type { MemoryCache } from './cache.ts';
import type { MemoryOutbox } from './outbox.ts';

/** The event log without a disk. */
export class MemoryEventLog implements EventLog {
  readonly #cache: MemoryCache;
  readonly #outbox: MemoryOutbox;
  #events: NumberedEvent[] = [];
  #lastNumber = 0;

  constructor(cache: MemoryCache, outbox: MemoryOutbox) {
    this.#cache = cache;
    this.#outbox = outbox;
  }

  append(event: LoggedEvent): number {
    if (event.order !== null && event.oid !== null) this.#outbox.removePendingEvent(event.order);
    this.#lastNumber += 1;
    const kept = this.#events.filter(({ at }) => !this.#cache.isPast(at, event.at));
    this.#events = [...kept, { ...event, number: this.#lastNumber }];
    return this.#lastNumber;
  }

  read({ order, kinds, afterNumber, since, limit }: EventFilter): NumberedEvent[] {
    const matching = this.#events.filter(
      (event) =>
        (order === undefined || event.order === order) &&
        (kinds === undefined || kinds.includes(event.kind)) &&
        (afterNumber === undefined || event.number > afterNumber) &&
        (since === undefined || event.at >= since),
    );
    if (limit <= 0) return [];
    return afterNumber === undefined ? matching.slice(-limit) : matching.slice(0, limit);
  }
}
