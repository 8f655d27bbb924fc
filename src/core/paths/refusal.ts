import type { ErrorCode } from '../exit-codes.ts';
import type { ClaimPath } from '../path.ts';
import type { PathView } from './view.ts';

/** A "no" to claiming a path or ending its claim, because of an existing path claim. Nothing was changed. */
export type PathRefusal = {
  readonly kind: 'refused';
  readonly code: Extract<ErrorCode, 'collision' | 'conflict' | 'not-holder' | 'lost' | 'unknown' | 'foreign'>;
  readonly wanted: ClaimPath;
  /** The claim on the path, above it or in it. */
  readonly path: PathView;
  /** No order's claim is in the way. */
  readonly claim: null;
  readonly retryAfterMs: number | null;
};
