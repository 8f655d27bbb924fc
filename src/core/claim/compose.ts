import type { Oid, OrderId, SessionKey } from '../ids.ts';
import type { ClaimPath } from '../path.ts';
import type { Challenge } from '../record/kept.ts';
import type { LeaseTerms } from '../record/lease.ts';
import type { Holder } from '../session/holder.ts';
import { type ClaimRecord, isLiveState, type Witnessed } from './record.ts';
import type { WriteMove } from './transitions.ts';

/** Where the work of a claim happens, as the record stores it. */
export type Place = {
  /** Relative to the main worktree. */
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly base: Oid | null;
};

export type Writing = {
  readonly order: OrderId;
  readonly move: WriteMove;
  readonly before: Witnessed | null;
  readonly holder: Holder;
  readonly nonce: string;
  /** RFC 3339. */
  readonly now: string;
  /** What changes besides the state. Fields that are left out stay as they were. */
  readonly lease?: LeaseTerms;
  readonly place?: Place;
  readonly tip?: Oid | null;
  readonly paths?: readonly ClaimPath[];
  readonly challenge?: Challenge;
  readonly note?: string | null;
  readonly linear?: string | null;
  /** The session that loses the claim by this; without it, a take says so by itself. */
  readonly takenFrom?: SessionKey;
};

/** Returns the record that a legal move writes over the previous one. */
export function composeRecord(writing: Writing & { readonly lease: LeaseTerms; readonly place: Place }): ClaimRecord;
export function composeRecord(writing: Writing & { readonly before: Witnessed }): ClaimRecord;
export function composeRecord(writing: Writing): ClaimRecord {
  const { order, move, holder, nonce, now } = writing;
  const before = writing.before?.record ?? null;
  const changes = move.ownership === 'changes';
  const place = writing.place ?? (before as Place);
  return {
    order,
    action: move.action,
    state: move.to,
    generation: (before?.generation ?? 0) + (changes ? 1 : 0),
    nonce,
    holder,
    worktree: place.worktree,
    branch: place.branch,
    base: place.base,
    tip: writing.tip ?? null,
    paths: writing.paths ?? (isLiveState(move.to) ? (before?.paths ?? []) : []),
    lease: writing.lease ?? (before as ClaimRecord).lease,
    remoteLease: changes ? null : (before?.remoteLease ?? null),
    challenge: writing.challenge ?? null,
    takenFrom: writing.takenFrom ?? takenFrom(move, before),
    claimedAt: changes || before === null ? now : before.claimedAt,
    recordedAt: now,
    linear: writing.linear ?? before?.linear ?? null,
    // A claim that stays blocked keeps its reason, whichever session writes.
    note: writing.note ?? (move.to === 'blocked' ? (before?.note ?? null) : null),
  };
}

/** The session that lost a claim is named until the ownership changes again, whatever the new owner writes meanwhile. */
function takenFrom({ action, ownership }: WriteMove, before: ClaimRecord | null): ClaimRecord['takenFrom'] {
  if (action === 'take') return before?.holder.key ?? null;
  return ownership === 'keeps' ? (before?.takenFrom ?? null) : null;
}
