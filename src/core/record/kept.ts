import type { SessionKey } from '../ids.ts';
import type { Holder } from '../session/holder.ts';
import type { LeaseTerms } from './lease.ts';

/** What the records of claims on orders and of claims on paths have in common. */
export type Kept = {
  /** 128 random bits in hex: two attempts never share an oid. */
  readonly nonce: string;
  readonly holder: Holder;
  readonly lease: LeaseTerms;
  /** Who asked the silent holder to answer; null while nobody does. */
  readonly challenge: Challenge | null;
  /** The session that this record took the claim from, which hears of it by this; null where nobody lost it. */
  readonly takenFrom: SessionKey | null;
  /** RFC 3339, for people only: no decision reads them. */
  readonly claimedAt: string;
  readonly recordedAt: string;
  /** One line: the reason of a block, or what a person wanted to say. */
  readonly note: string | null;
};

/** "Answer, or I take it." The nonce makes it this challenge and no other. */
export type Challenge = { readonly by: SessionKey; readonly nonce: string };
