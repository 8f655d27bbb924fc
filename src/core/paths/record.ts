import type { Challenge, Holder } from '../claim/record.ts';
import type { Oid, OrderId, SessionKey } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { LeaseTerms } from '../record/lease.ts';

/*
 *            claim                                    release, or the end of its order
 *  (absent) -------> record <--+                   -------------------------------------> (absent)
 *                      |       | renew, answer, challenge, take, hand
 *                      +-------+
 */
export const PATH_ACTIONS = ['claim', 'renew', 'answer', 'challenge', 'take', 'hand'] as const;
export type PathAction = (typeof PATH_ACTIONS)[number];

/** One state of a path claim. It has no generation and no tombstone: its ref is deleted when it ends. */
export type PathRecord = {
  /** As it was spelled when it was claimed. */
  readonly path: ClaimPath;
  readonly action: PathAction;
  /** The order it was claimed for, with which it ends, is handed over and taken; null where it stands alone. */
  readonly order: OrderId | null;
  /** 128 random bits in hex. */
  readonly nonce: string;
  readonly holder: Holder;
  /** `expireMs` is its TTL. */
  readonly lease: LeaseTerms;
  readonly challenge: Challenge | null;
  /** The session that this record took the path from. */
  readonly takenFrom: SessionKey | null;
  /** RFC 3339, for people only. */
  readonly claimedAt: string;
  readonly recordedAt: string;
  /** What a take was based on. */
  readonly note: string | null;
};

/** A record as it was read: with its witness. */
export type WitnessedPath = {
  readonly oid: Oid;
  readonly previous: Oid | null;
  readonly record: PathRecord;
};
