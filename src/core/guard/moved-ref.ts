import { type ClaimRecord, isLive } from '../claim/record.ts';
import type { Oid, OrderId, SessionKey } from '../ids.ts';
import type { ClaimPath, PathKey } from '../path.ts';
import { agentOfKey } from '../session/key.ts';

/**
 * Where the refs of a claim were when a look, or the claim's own session, last left them: of a live claim, and of a completed one
 * whose work is not merged.
 */
export type LastSeen = {
  readonly order: OrderId;
  /** The claim's record. */
  readonly oid: Oid;
  readonly holder: SessionKey;
  readonly branch: string | null;
  /** Null if the branch did not exist, or could not be read without git. */
  readonly tip: Oid | null;
  /** The last commit that a hook noted of the holder in its worktree; empty if none; null if nobody looked. */
  readonly noted: Oid | '' | null;
  /** Its ref was found deleted, and that was told. */
  readonly isGone: boolean;
  /** The branch as remotes have it, by remote; null if nobody looked. */
  readonly pushed: Pushed | null;
  /** The finished work that a ref keeps until it is merged; null of a live claim. */
  readonly done: Oid | null;
};

/** Where remotes have a branch, as far as is known here. A remote without it is left out. */
export type Pushed = Readonly<Record<string, Oid>>;

/** A path claim that a look, or its own session, last saw. */
export type PathSeen = {
  readonly key: PathKey;
  readonly path: ClaimPath;
  readonly holder: SessionKey;
  /** The order it was claimed for. */
  readonly order: OrderId | null;
  readonly oid: Oid;
  /** Since when git-claim itself ends it, in milliseconds since the epoch: then its absence is no news; null if it does not. */
  readonly leavingSinceMs: number | null;
};

/** A ref of a claim that something other than the claim's session moved, without a hook to say who. */
export type MovedRef = {
  /** Null for a path that was claimed for no order. */
  readonly order: OrderId | null;
  /** Whom it concerns. */
  readonly holder: SessionKey;
  readonly what: RefMove;
  /** A branch, a remote and its branch, an order, or a path. */
  readonly ref: string;
  /** Null if there was none. */
  readonly from: Oid | null;
  /** Null if the ref is gone. */
  readonly to: Oid | null;
  /** When git noted it (RFC 3339), and what, by the reflog; else when it was seen. */
  readonly at: string;
  /** `<name>: <what git did>`; null where git keeps no reflog. */
  readonly by: string | null;
  /** It was done in the order's own worktree. */
  readonly isInTree: boolean;
};

/**
 * `unnoted-commit`: commits below the last one that its session made, which no hook saw. `finished-*` and `done-deleted` are of
 * completed orders: their branch, and the ref that keeps their work.
 */
export type RefMove =
  | 'claim-deleted'
  | 'claim-replaced'
  | 'branch-deleted'
  | 'branch-moved'
  | 'unnoted-commit'
  | 'pushed'
  | 'push-deleted'
  | 'path-deleted'
  | 'finished-deleted'
  | 'finished-moved'
  | 'done-deleted';

/** Looks that run at the same time end within this long of each other. */
export const SAME_LOOK_MS = 10_000;

/** Returns what two looks that find the same move agree on. */
export function identityOf({ what, ref, from, to }: MovedRef): string {
  return JSON.stringify([what, ref, from, to]);
}

/** Returns whether a move is news for everybody: what the holder may have done itself is told to the holder alone. */
export function isForAll({ what, isInTree }: MovedRef): boolean {
  return !isInTree && (what.startsWith('claim-') || what.startsWith('branch-'));
}

/**
 * Returns whether a new record continues the last one seen. A record in between may have gone unseen: then the chain of records
 * has to be read (`unsure`). A new holder takes, receives or claims what ended; an agent may get a new id (`/clear`).
 */
export function continues(last: LastSeen, current: Oid, previous: Oid | null, record: ClaimRecord): 'yes' | 'no' | 'unsure' {
  if (current === last.oid) return 'yes';
  if (previous !== last.oid) return 'unsure';
  const { key } = record.holder;
  if (key === last.holder || !isLive(record) || record.action === 'hand') return 'yes';
  if (record.action === 'take' && record.takenFrom === last.holder) return 'yes';
  const agent = agentOfKey(key);
  return agent !== null && agent === agentOfKey(last.holder) ? 'yes' : 'no';
}
