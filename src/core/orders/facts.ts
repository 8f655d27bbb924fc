import type { Block } from '../failures/why.ts';
import type { OrderId } from '../ids.ts';
import type { HeldPath } from '../paths/held.ts';
import type { Order } from './order.ts';

/** What the registry says of an order. */
export type Hold =
  | {
      readonly kind: 'held';
      readonly session: string;
      readonly isMine: boolean;
      /** The holder is silent or gone, so that the order may be taken over. */
      readonly isSilent: boolean;
      readonly evidence: string | null;
      /** Null if it is not blocked. */
      readonly block: Block | null;
    }
  | { readonly kind: 'completed'; readonly session: string; readonly branch: string | null; readonly isMerged: boolean }
  | { readonly kind: 'foreign'; readonly why: string };

/** A claim that ended before its order was done. */
export type Ended = {
  readonly session: string;
  /** Its branch, if that has commits of its own and all of them are merged. */
  readonly merged: string | null;
};

/** What is known besides the files. */
export type WorkFacts = {
  /** What the registry says. Orders that nobody holds or completed are not in it. */
  readonly holds: ReadonlyMap<OrderId, Hold>;
  /** The last claims of orders that were released or abandoned. */
  readonly ended: ReadonlyMap<OrderId, Ended>;
  /** `claim.readyAt`: whether a dependency must be merged, or only completed, before others begin. */
  readonly readyAt: 'merge' | 'complete';
  /** Unclaimed work on a branch, by order. */
  readonly branches: ReadonlyMap<OrderId, string>;
  /** The path claims of other sessions. */
  readonly heldPaths: readonly HeldPath[];
};

/** The files of each id. There should be one. */
export type Files = ReadonlyMap<string, readonly [Order, ...Order[]]>;
