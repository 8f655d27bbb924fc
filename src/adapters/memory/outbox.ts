import type { OrderId } from '../../core/ids.ts';
import { FEED, type MirrorOfOrder, type Outbox, type PendingMirror } from '../../ports/outbox.ts';

/** The outbox without a disk. */
export class MemoryOutbox implements Outbox {
  #pending: PendingMirror[] = [];
  #lastNumber = 0;
  readonly #pendingEvents = new Map<OrderId, number>();

  notePending(what: readonly MirrorOfOrder[], at: string): PendingMirror[] {
    return what.map(({ order, mirror }) => {
      this.#lastNumber += 1;
      const noted = { order, mirror, number: this.#lastNumber, notedAt: at, attempts: 0 };
      this.#pending = [...this.#pending.filter((one) => one.order !== order || one.mirror !== mirror), noted];
      if (mirror === FEED) this.#pendingEvents.set(order, noted.number);
      return noted;
    });
  }

  pending(): PendingMirror[] {
    return [...this.#pending];
  }

  removePending(pending: readonly PendingMirror[]): boolean {
    const numbers = pending.map(({ number }) => number);
    const before = this.#pending.length;
    this.#pending = this.#pending.filter(({ number }) => !numbers.includes(number));
    return before - this.#pending.length === pending.length;
  }

  noteFailure({ number }: PendingMirror, at: string): void {
    this.#pending = this.#pending.map((one) =>
      one.number === number ? { ...one, notedAt: at, attempts: one.attempts + 1 } : one,
    );
  }

  /** Deletes the pending event of an order. */
  removePendingEvent(order: OrderId): void {
    const number = this.#pendingEvents.get(order);
    this.#pending = this.#pending.filter((one) => one.number !== number);
  }
}
