import type { Oid, OrderId } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { Kept } from '../record/kept.ts';

/*
 *            claim                                    release, or the end of its order
 *  (absent) -------> record <--+                   -------------------------------------> (absent)
 *                      |       | renew, answer, challenge, take, hand
 *                      +-------+
 */
export const PATH_ACTIONS = ['claim', 'renew', 'answer', 'challenge', 'take', 'hand'] as const;
export type PathAction = (typeof PATH_ACTIONS)[number];

/** One state of a path claim. It has no generation and no tombstone: its ref is deleted when it ends. The `expireMs` of its lease is its TTL. */
export type PathRecord = Kept & {
  /** As it was spelled when it was claimed. */
  readonly path: ClaimPath;
  readonly action: PathAction;
  /** The order it was claimed for, with which it ends, is handed over and taken; null where it stands alone. */
  readonly order: OrderId | null;
};

/** A record as it was read: with its witness. */
export type WitnessedPath = {
  readonly oid: Oid;
  readonly previous: Oid | null;
  readonly record: PathRecord;
};
