import type { Oid, OrderId, SessionId, SessionKey } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { LeaseTerms } from '../record/lease.ts';
import type { Anchor } from '../session/anchor.ts';

/*
 *            claim                    block
 *  (absent) -------> active <-----------------------> blocked
 *                      |           unblock               |
 *                      +----------------+----------------+
 *                                       | release, complete, abandon
 *                                       v
 *                       released, completed, abandoned      (tombstones)
 *
 *  A tombstone becomes active again by a claim with the next generation; a completed one only by `--reopen`.
 */
const LIVE_STATES = ['active', 'blocked'] as const;
const TOMBSTONES = ['released', 'completed', 'abandoned'] as const;
export const STATES = [...LIVE_STATES, ...TOMBSTONES] as const;
export type State = (typeof STATES)[number];
export type LiveState = (typeof LIVE_STATES)[number];

/** What a record was written for: the verb of the command, or of the protocol's own moves. */
export const ACTIONS = [
  'claim',
  'renew',
  'release',
  'complete',
  'abandon',
  'block',
  'unblock',
  'hand',
  'reopen',
  'challenge',
  'answer',
  'take',
  'mint',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The session a record names, as far as the record knows it. */
export type Holder = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  readonly host: string;
  /** The boot id of the host's kernel; null where the system tells none. */
  readonly boot: string | null;
  /** Null when no credible anchor is known: then nothing proves this session dead. */
  readonly anchor: Anchor | null;
};

/** One state of a claim; immutable, and named by the oid of the tag object that holds it. */
export type ClaimRecord = {
  readonly order: OrderId;
  readonly action: Action;
  readonly state: State;
  /** The fencing token: +1 whenever ownership changes, never restarted. */
  readonly generation: number;
  /** 128 random bits in hex: two attempts never share an oid. */
  readonly nonce: string;
  readonly holder: Holder;
  /** The work tree, relative to the main work tree with `/`; null when the claim has none. */
  readonly worktree: string | null;
  /** The full name without `refs/heads/`; null on the default branch or a detached HEAD. */
  readonly branch: string | null;
  /** The commit the branch started from. */
  readonly base: Oid | null;
  /** The commit the branch stood at when the claim was completed. */
  readonly tip: Oid | null;
  /** The path claims that belong to it. One that another session took since may still be named. */
  readonly paths: readonly ClaimPath[];
  readonly lease: LeaseTerms;
  /** Who asked the silent holder to answer; null while nobody does. */
  readonly challenge: Challenge | null;
  /** The session that this record took the claim from, which hears of it by this; null where nobody lost it. */
  readonly takenFrom: SessionKey | null;
  /** RFC 3339, for people only: no decision reads them. */
  readonly claimedAt: string;
  readonly recordedAt: string;
  readonly linear: string | null;
  /** One line: the reason of a block, or what a person wanted to say. */
  readonly note: string | null;
};

/** "Answer, or I take it." The nonce makes it this challenge and no other. */
export type Challenge = { readonly by: SessionKey; readonly nonce: string };

/** A record as it was read: with its witness. */
export type Witnessed = {
  readonly oid: Oid;
  /** The record before this one; null for the first. */
  readonly previous: Oid | null;
  readonly record: ClaimRecord;
};

export function isLive(record: ClaimRecord): record is ClaimRecord & { readonly state: LiveState } {
  return isLiveState(record.state);
}

export function isLiveState(state: State): state is LiveState {
  return state === 'active' || state === 'blocked';
}
