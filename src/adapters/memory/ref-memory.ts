import { identityOf, type LastSeen, type MovedRef, type PathSeen, SAME_LOOK_MS } from '../../core/guard/moved-ref.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { Subject } from '../../core/liveness/observation.ts';
import type { PathKey } from '../../core/path.ts';
import type { RefMemory } from '../../ports/ref-memory.ts';

/** A memory of refs without a disk. */
export class MemoryRefMemory implements RefMemory {
  readonly #seen = new Map<OrderId, LastSeen>();
  readonly #paths = new Map<PathKey, PathSeen>();
  readonly #told = new Map<string, number>();
  #moves: readonly MovedRef[] = [];

  liveLines(): string {
    const live = [...this.#seen.values()].filter(({ isGone, done }) => !isGone && done === null);
    return live
      .map(({ order, oid }) => `${order} ${oid}`)
      .sort()
      .join('\n');
  }

  finished(): readonly OrderId[] {
    return [...this.#seen.values()].filter(({ done }) => done !== null).map(({ order }) => order);
  }

  get(order: OrderId): LastSeen | null {
    return this.#seen.get(order) ?? null;
  }

  heldBy(holder: SessionKey): Subject[] {
    return [...this.held()].filter(([, key]) => key === holder).map(([subject]) => subject);
  }

  /** Returns who holds what. */
  held(): ReadonlyMap<Subject, SessionKey> {
    const orders = [...this.#seen.values()].filter(({ isGone, done }) => !isGone && done === null);
    const paths = [...this.#paths.values()].filter(({ leavingSinceMs }) => leavingSinceMs === null);
    return new Map<Subject, SessionKey>([
      ...orders.map(({ order, holder }) => [order, holder] as const),
      ...paths.map(({ key, holder }) => [key, holder] as const),
    ]);
  }

  remember(seen: readonly LastSeen[], ended: readonly OrderId[]): void {
    for (const one of seen) this.#seen.set(one.order, one);
    for (const order of ended) this.#seen.delete(order);
  }

  paths(): ReadonlyMap<PathKey, PathSeen> {
    return new Map(this.#paths);
  }

  rememberPaths(seen: readonly PathSeen[], ended: readonly PathSeen[]): void {
    for (const one of seen) {
      const last = this.#paths.get(one.key);
      if (last?.oid !== one.oid || last.leavingSinceMs === null) this.#paths.set(one.key, one);
    }
    for (const { key, oid } of ended) if (this.#paths.get(key)?.oid === oid) this.#paths.delete(key);
  }

  firstToTell(moves: readonly MovedRef[], nowMs: number): readonly MovedRef[] {
    return moves.filter((move) => {
      const toldMs = this.#told.get(identityOf(move));
      this.#told.set(identityOf(move), nowMs);
      return toldMs === undefined || Math.abs(nowMs - toldMs) > SAME_LOOK_MS;
    });
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
