import type { ErrorCode } from '../exit-codes.ts';
import type { OrderId } from '../ids.ts';
import type { ClaimView } from './view.ts';

/** A "no" because of the claim on an order. */
export type OrderRefusal = {
  readonly kind: 'refused';
  readonly code: Extract<
    ErrorCode,
    'held' | 'completed' | 'conflict' | 'not-holder' | 'lost' | 'illegal' | 'collision' | 'unknown' | 'foreign'
  >;
  readonly order: OrderId;
  /** The claim there, as far as it can be read. */
  readonly claim: ClaimView | null;
  /** The command that was refused. */
  readonly command: string;
  readonly retryAfterMs: number | null;
  /** What the caller did with the claim of its own will, if it lost it by that (code `lost`). */
  readonly parted?: 'handed' | 'released' | 'abandoned' | 'completed';
  /** An order that is ready and free; null if none is known. */
  readonly instead: OrderId | null;
};
