import type { OrderId } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { Kept } from '../record/kept.ts';
import type { RecordRead } from '../record/witness.ts';

/*
 *            claim                                    release, or the end of its order
 *  (absent) -------> record <--+                   -------------------------------------> (absent)
 *                      |       | renew, answer, challenge, take, hand
 *                      +-------+
 */
export const PATH_ACTIONS = ['claim', 'renew', 'answer', 'challenge', 'take', 'hand'] as const;
export type PathAction = (typeof PATH_ACTIONS)[number];

/**
 * One state of a path claim. It has no generation and no tombstone: when it ends, its ref is
 * deleted. The `expireMs` of its lease is its TTL.
 */
export type PathRecord = Kept & {
  /** The path as it was spelled when it was claimed. */
  readonly path: ClaimPath;
  readonly action: PathAction;
  /** The order it was claimed for: it ends, is handed over and is taken with that order. Null if it belongs to none. */
  readonly order: OrderId | null;
};

/** A record as it was read, with its oid as the witness. */
export type WitnessedPath = RecordRead<PathRecord>;
