import type { Finding } from '../check/finding.ts';
import type { ErrorCode } from '../errors.ts';
import type { OrderId } from '../ids.ts';
import type { PathRefusal } from '../paths/refusal.ts';
import type { ClaimView } from './view.ts';

/** A "no" that is an answer: somebody else holds it, it is done, it is not yours. Nothing was changed. */
export type Refusal = OrderRefusal | PathRefusal;

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
  /** Of a collision, what it collides with. */
  readonly found?: Finding;
  /** An order that is ready and free; null where none is known. */
  readonly instead: OrderId | null;
};
