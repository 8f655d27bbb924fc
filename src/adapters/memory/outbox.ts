import type { OrderId } from '../../core/ids.ts';
import { type Debt, FEED, type Mirrored, type Outbox, type Owed } from '../../ports/outbox.ts';

/** The outbox without a disk. */
export class MemoryOutbox implements Outbox {
  #debts: Debt[] = [];
  #lastNumber = 0;
  readonly #feedDebts = new Map<OrderId, number>();
  readonly #mirrored = new Map<OrderId, Mirrored>();

  owe(what: readonly Owed[], at: string): Debt[] {
    return what.map(({ order, mirror }) => {
      this.#lastNumber += 1;
      const debt = { order, mirror, number: this.#lastNumber, owedAt: at, attempts: 0 };
      this.#debts = [...this.#debts.filter((one) => one.order !== order || one.mirror !== mirror), debt];
      if (mirror === FEED) this.#feedDebts.set(order, debt.number);
      return debt;
    });
  }

  debts(): Debt[] {
    return [...this.#debts];
  }

  paid(debts: readonly Debt[]): boolean {
    const numbers = debts.map(({ number }) => number);
    const before = this.#debts.length;
    this.#debts = this.#debts.filter(({ number }) => !numbers.includes(number));
    return before - this.#debts.length === debts.length;
  }

  postpone({ number }: Debt, at: string): void {
    this.#debts = this.#debts.map((debt) =>
      debt.number === number ? { ...debt, owedAt: at, attempts: debt.attempts + 1 } : debt,
    );
  }

  mirrored(order: OrderId): Mirrored | null {
    return this.#mirrored.get(order) ?? null;
  }

  noteMirrored(order: OrderId, mirrored: Mirrored | null): void {
    if (mirrored === null) this.#mirrored.delete(order);
    else this.#mirrored.set(order, mirrored);
  }

  /** Deletes the debt to the feed for an order. */
  payFeed(order: OrderId): void {
    const number = this.#feedDebts.get(order);
    this.#debts = this.#debts.filter((debt) => debt.number !== number);
  }
}
