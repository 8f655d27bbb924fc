import type { ErrorCode } from '../errors.ts';
import type { ClaimPath } from '../path.ts';
import type { PathView } from './view.ts';

/** A "no" to a claim on a path, or to its end, because of the path claim that stands there. Nothing was changed. */
export type PathRefusal = {
  readonly kind: 'refused';
  readonly code: Extract<ErrorCode, 'collision' | 'conflict' | 'not-holder' | 'lost' | 'unknown' | 'foreign'>;
  readonly wanted: ClaimPath;
  /** What stands at the path, above it or in it. */
  readonly path: PathView;
  /** No order's claim is in the way. */
  readonly claim: null;
  readonly retryAfterMs: number | null;
};
