import type { ClaimRecord, Witnessed } from '../core/claim/record.ts';
import type { Sync } from '../core/claim/view.ts';
import type { CloneId, Oid, OrderId } from '../core/ids.ts';
import type { Subject } from '../core/liveness/observation.ts';

/** A claim of this clone that the remote does not have: it has another one. */
export type LostThere = {
  readonly order: OrderId;
  readonly lost: ClaimRecord;
  /** What the remote has instead; null if nothing, or nothing that is understood. */
  readonly now: ClaimRecord | null;
};

/** What came of a look at the remote. */
export type Contact =
  | {
      readonly kind: 'reached';
      /** Claims that follow what other clones did. */
      readonly followed: readonly Subject[];
      /** Claims of this clone that were sent, or had arrived already. */
      readonly sent: readonly Subject[];
      /** Claims of this clone that wait to be sent. */
      readonly waiting: readonly Subject[];
      /** Claims of this clone that the remote has otherwise. */
      readonly lost: readonly OrderId[];
      /** The remote shows an older state of these claims than it did, or none. */
      readonly rewound: readonly Subject[];
    }
  /** `said`: git's words; null if the remote did not answer in time. */
  | { readonly kind: 'unreachable'; readonly said: string | null };

/**
 * What came of a beat. `doubled`: another clone has this one's id, and beats. `not-sent`: it was not accepted, or nobody knows.
 */
export type Beaten = 'sent' | 'not-sent' | 'doubled';

/** The remote through which several clones share their claims (`claim.remote`). */
export interface SharedClaims {
  /** Its name, or its address without what a password could be in. */
  readonly remote: string;
  /** Which clone this is; null if that cannot be kept here, where no claim can be written either. */
  readonly clone: CloneId | null;
  /** Whether the caller goes on without it (`--offline`). */
  readonly isOffline: boolean;
  /** The last look of this process, if it failed; else null. */
  readonly trouble: { readonly said: string | null } | null;
  /** Returns how old what is known of the remote is, in milliseconds; null if it was never read. */
  ageMs(): number | null;
  /**
   * Reads the remote, lets the claims here follow, and sends what was not sent.
   *
   * @param limitMs how long reading may take
   */
  contact(limitMs?: number): Promise<Contact>;
  /**
   * Sends the remote again what it had before and does not show any more, because it was restored from a backup. Only a person
   * can know that this is right. Returns the orders that it has again.
   */
  restore(): Promise<readonly OrderId[]>;
  /** Forgets that claims were shared, when a person ends that on purpose. */
  forget(): void;
  /** Returns the last beats that the last contact of this process saw, of all clones. */
  beats(): ReadonlyMap<CloneId, Oid>;
  /** Reads which records beats vouch for, each by its mark (core/liveness/mark.ts). One that is no beat vouches for none. */
  vouchedBy(beats: ReadonlyMap<CloneId, Oid>): Promise<ReadonlyMap<CloneId, ReadonlySet<string>>>;
  /** Sends a beat that vouches for records of this clone. To be called after a contact. */
  beat(vouches: ReadonlySet<string>, nonce: string): Promise<Beaten>;
  /** Returns whether the remote was last seen with another clone's beat under this one's id. */
  isDoubled(): boolean;
  /** Returns, once, the claims of this clone that the remote has otherwise, as found since the last call. */
  takeLost(): readonly LostThere[];
  /** Returns what was claimed here last and is lost, because the remote had another claim; null for nothing. */
  lostHere(order: OrderId): Promise<Witnessed | null>;
  /** Returns how a claim here relates to the remote's. One process reads it for all claims, when the first is asked for. */
  syncOf(subject: Subject, oid: Oid): Exclude<Sync, 'local'>;
}
