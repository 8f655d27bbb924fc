import type { ClaimView } from '../claim/view.ts';
import type { ClaimPath } from '../path.ts';

/** A path claim as every command shows it: the PATH document of docs/json.md. */
export type PathView = Pick<
  ClaimView,
  | 'liveness'
  | 'idle'
  | 'mine'
  | 'oid'
  | 'session'
  | 'agent'
  | 'host'
  | 'pid'
  | 'claimedAt'
  | 'heartbeatAt'
  | 'activityAt'
  | 'expiresAt'
  | 'evidence'
> & {
  readonly path: ClaimPath;
  readonly order: ClaimView['order'] | null;
  /** How long it outlives its session's silence; null for a ref that is not understood. */
  readonly ttlMs: number | null;
};
