import type { ErrorCode } from '../errors.ts';
import type { OrderId } from '../ids.ts';
import type { ClaimView } from './view.ts';

/** A "no" because of what stands at an order. */
export type OrderRefusal = {
  readonly kind: 'refused';
  readonly code: Extract<
    ErrorCode,
    'held' | 'completed' | 'conflict' | 'not-holder' | 'lost' | 'illegal' | 'collision' | 'unknown' | 'foreign'
  >;
  readonly order: OrderId;
  /** What stands there, as far as it can be read. */
  readonly claim: ClaimView | null;
  /** What was asked for. */
  readonly command: string;
  readonly retryAfterMs: number | null;
  /** An order that is ready and free; null where none is known. */
  readonly instead: OrderId | null;
};
