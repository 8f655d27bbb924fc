import type { Oid, OrderId } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { Kept } from '../record/kept.ts';

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

/** One state of a claim; immutable, and named by the oid of the tag object that holds it. */
export type ClaimRecord = Kept & {
  readonly order: OrderId;
  readonly action: Action;
  readonly state: State;
  /** The fencing token: +1 whenever ownership changes, never restarted. */
  readonly generation: number;
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
  readonly linear: string | null;
};

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
