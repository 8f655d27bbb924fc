import type { OrderId, SessionKey } from '../core/ids.ts';
import type { Anchor } from '../core/session/anchor.ts';

/** What a live claim may have in common with a session at work. */
export type Near = {
  readonly keys: readonly SessionKey[];
  readonly anchor: Anchor | null;
  readonly branch: string | null;
};

/** The rows of packed claims that helpers keep for hooks (bin/keep-rows.sh). They name claims; only refs say what is in them. */
export interface KeptRows {
  /** Returns the orders of such claims, and of every claim with a ref file of its own; null if only a survey can tell. */
  ordersNear(near: Near): ReadonlySet<OrderId> | null;
}
