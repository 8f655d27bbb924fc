import type { OrderId } from '../ids.ts';

/** A path claim of another session. */
export type HeldPath = {
  readonly path: string;
  readonly order: OrderId | null;
  readonly session: string;
  readonly isLive: boolean;
  readonly evidence: string | null;
  readonly claimedAt: string;
};
