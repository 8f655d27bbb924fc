import type { LastSeen, MovedRef } from '../../core/guard/moved-ref.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { RefMemory } from '../../ports/ref-memory.ts';

/** A memory of refs without a disk. */
export class MemoryRefMemory implements RefMemory {
  readonly #seen = new Map<OrderId, LastSeen>();
  #moves: readonly MovedRef[] = [];

  all(): ReadonlyMap<OrderId, LastSeen> {
    return new Map(this.#seen);
  }

  get(order: OrderId): LastSeen | null {
    return this.#seen.get(order) ?? null;
  }

  remember(seen: readonly LastSeen[], ended: readonly OrderId[]): void {
    for (const one of seen) this.#seen.set(one.order, one);
    for (const order of ended) this.#seen.delete(order);
  }

  noteMoves(moves: readonly MovedRef[]): void {
    this.#moves = [...this.#moves, ...moves];
  }

  takeMoves(holder: SessionKey): readonly MovedRef[] {
    const own = this.#moves.filter((move) => move.holder === holder);
    this.#moves = this.#moves.filter((move) => move.holder !== holder);
    return own;
  }
}
