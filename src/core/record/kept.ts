import type { SessionKey } from '../ids.ts';
import type { Holder } from '../session/holder.ts';
import type { LeaseTerms } from './lease.ts';

/** What claims on orders and claims on paths both record. */
export type Kept = {
  /** 128 random bits in hex, so that two attempts never have the same oid. */
  readonly nonce: string;
  readonly holder: Holder;
  /** For observers in the holder's clone, who share its cache. */
  readonly lease: LeaseTerms;
  /** For all others; null where claims are not shared, and in older records. */
  readonly remoteLease: LeaseTerms | null;
  /** The challenge to a silent holder; null if there is none. */
  readonly challenge: Challenge | null;
  /** The session from which this record took the claim, which learns of its loss here; null if nobody lost it. */
  readonly takenFrom: SessionKey | null;
  /** RFC 3339, for people only: no decision reads these times. */
  readonly claimedAt: string;
  readonly recordedAt: string;
  /** One line: the reason for a block, or what a person wanted to say. */
  readonly note: string | null;
};

/** "Answer, or I take it." The nonce distinguishes this challenge from every other. */
export type Challenge = { readonly by: SessionKey; readonly nonce: string };
