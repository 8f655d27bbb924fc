import type { Oid } from '../core/ids.ts';
import type { Order } from '../core/orders/order.ts';

/** An order that was ready and free, and where its claim ref was then; null: it had none. */
export type FreeOrder = { readonly order: Pick<Order, 'id' | 'priority' | 'createdMs'>; readonly oid: Oid | null };

/** The orders that were found free when they were last looked for. A part of the cache (`cache.ts`). */
export interface FreeOrders {
  /** Returns those found between two instants, in milliseconds of the wall clock, the best first. */
  found(fromMs: number, toMs: number): readonly FreeOrder[];
  /** Remembers these, the best first, and forgets all others. */
  remember(free: readonly FreeOrder[], nowMs: number): void;
}
