import type { OrderId } from '../ids.ts';
import type { HeldPath } from '../paths/held.ts';
import type { Order } from './order.ts';

/** What the registry says of an order. */
export type Hold =
  | {
      readonly kind: 'held';
      readonly session: string;
      readonly isMine: boolean;
      /** Its holder is silent or gone, so that the order may be taken over. */
      readonly isSilent: boolean;
      readonly evidence: string;
    }
  | { readonly kind: 'completed'; readonly session: string; readonly branch: string | null; readonly isMerged: boolean }
  | { readonly kind: 'foreign'; readonly why: string };

/** What is known besides the files. */
export type WorkFacts = {
  /** What the registry says; orders that nobody holds or completed are not in it. */
  readonly holds: ReadonlyMap<OrderId, Hold>;
  /** `claim.readyAt`: when a completed order lets others begin. */
  readonly readyAt: 'merge' | 'complete';
  /** Work that lies on a branch and that nobody claimed, by order. */
  readonly branches: ReadonlyMap<OrderId, string>;
  /** The path claims of other sessions. */
  readonly heldPaths: readonly HeldPath[];
};

/** The files of each id, of which there should be one. */
export type Files = ReadonlyMap<string, readonly [Order, ...Order[]]>;
