import type { FreeOrder, FreeOrders } from '../../ports/free-orders.ts';

/** Free orders without a disk. */
export class MemoryFreeOrders implements FreeOrders {
  #free: readonly FreeOrder[] = [];
  #foundMs = 0;

  found(fromMs: number, toMs: number): readonly FreeOrder[] {
    return this.#foundMs >= fromMs && this.#foundMs <= toMs ? this.#free : [];
  }

  remember(free: readonly FreeOrder[], nowMs: number): void {
    this.#free = free;
    this.#foundMs = nowMs;
  }
}
