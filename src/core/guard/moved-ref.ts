import { type ClaimRecord, isLive } from '../claim/record.ts';
import type { Oid, OrderId, SessionKey } from '../ids.ts';
import { agentOfKey } from '../session/key.ts';

/** Where the refs of a live claim were when a look, or the claim's own session, last left them. */
export type LastSeen = {
  readonly order: OrderId;
  /** The claim's record. */
  readonly oid: Oid;
  readonly holder: SessionKey;
  readonly branch: string | null;
  /** Null if the branch did not exist, or could not be read without git. */
  readonly tip: Oid | null;
  /** Its ref was found deleted, and that was told. */
  readonly isGone: boolean;
};

/** A ref of a live claim that something other than the claim's session moved, without a hook to say who. */
export type MovedRef = {
  readonly order: OrderId;
  /** Whom it concerns. */
  readonly holder: SessionKey;
  readonly what: 'claim-deleted' | 'claim-replaced' | 'branch-deleted' | 'branch-moved';
  readonly ref: string;
  readonly from: Oid;
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
