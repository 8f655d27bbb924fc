import type { LastSeen, MovedRef, PathSeen } from '../core/guard/moved-ref.ts';
import type { OrderId, SessionKey } from '../core/ids.ts';
import type { Subject } from '../core/liveness/observation.ts';
import type { PathKey } from '../core/path.ts';

/**
 * Where refs of claims were last seen, who held which, and moves that holders have not heard of. A part of the cache
 * (`cache.ts`).
 */
export interface RefMemory {
  /** Returns a line `<order> <oid>` for each live claim, in the order of the orders: a long board is compared as a whole. */
  liveLines(): string;
  /** Returns the completed orders of which finished work waits. */
  finished(): readonly OrderId[];
  get(order: OrderId): LastSeen | null;
  /** Returns the orders and paths that a session held when they were last seen or written. */
  heldBy(holder: SessionKey): Subject[];
  /** Remembers these, and forgets the orders that ended. */
  remember(seen: readonly LastSeen[], ended: readonly OrderId[]): void;
  /** Returns the path claims that were last seen. */
  paths(): ReadonlyMap<PathKey, PathSeen>;
  /**
   * Remembers these, and forgets those that ended, if they are as they were. That a claim ends outweighs that it was seen:
   * whoever saw it may have looked before.
   */
  rememberPaths(seen: readonly PathSeen[], ended: readonly PathSeen[]): void;
  /** Returns the moves that no other look has found within the last seconds: of several looks at once, one reports a move. */
  firstToTell(moves: readonly MovedRef[], nowMs: number): readonly MovedRef[];
  /** Records moves that are to be reported to their holders. */
  noteMoves(moves: readonly MovedRef[]): void;
  /** Returns the moves that were not reported to a session yet, and records that they are now. */
  takeMoves(holder: SessionKey): readonly MovedRef[];
}
