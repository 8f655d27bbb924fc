import type { Oid, OrderId } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { Kept } from '../record/kept.ts';
import type { MaybeEnded, RecordRead } from '../record/witness.ts';

/*
 *            claim                    block
 *  (absent) -------> active <-----------------------> blocked
 *                      |           unblock               |
 *                      +----------------+----------------+
 *                                       | release, complete, abandon
 *                                       v
 *                       released, completed, abandoned      (tombstones)
 *
 *  A claim with the next generation makes a tombstone active again; for a completed one, only `--reopen` does.
 */
export const LIVE_STATES = ['active', 'blocked'] as const;
const TOMBSTONES = ['released', 'completed', 'abandoned'] as const;
export const STATES = [...LIVE_STATES, ...TOMBSTONES] as const;
export type State = (typeof STATES)[number];
export type LiveState = (typeof LIVE_STATES)[number];

/** What a record was written for: a command, or one of the protocol's own moves. */
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

/** One state of a claim. It is immutable, and named by the oid of the tag object that holds it. */
export type ClaimRecord = Kept & {
  readonly order: OrderId;
  readonly action: Action;
  readonly state: State;
  /** The fencing token: +1 whenever ownership changes, never restarted. */
  readonly generation: number;
  /** The worktree, relative to the main worktree, with `/`; null if the claim has none. */
  readonly worktree: string | null;
  /** The branch without `refs/heads/`; null on the default branch or a detached HEAD. */
  readonly branch: string | null;
  /** The commit at which the branch started. */
  readonly base: Oid | null;
  /** The branch's commit when the claim was completed. */
  readonly tip: Oid | null;
  /** The path claims that belong to it. It may still name one that another session has taken since. */
  readonly paths: readonly ClaimPath[];
  readonly linear: string | null;
};

/** A record as it was read, with its oid as the witness. */
export type Witnessed = RecordRead<ClaimRecord>;

export function isLive(record: ClaimRecord): record is ClaimRecord & { readonly state: LiveState } {
  return isLiveState(record.state);
}

/** Returns whether a claim is live, without looking at the record if that is known. */
export function isLiveRead(read: MaybeEnded & { readonly record: ClaimRecord }): boolean {
  return read.isEnded === undefined ? isLive(read.record) : !read.isEnded;
}

export function isLiveState(state: State): state is LiveState {
  return state === 'active' || state === 'blocked';
}
