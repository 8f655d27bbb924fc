import { isSameAnchor } from './anchor.ts';
import { type Holder, holderOf, isElsewhere } from './holder.ts';
import type { Identity } from './identity.ts';
import { agentOfKey, anchorKey } from './key.ts';
import type { AnchorSight } from './life.ts';

/**
 * What the session that asks is to the session that a record names.
 *
 * - `mine`: the same session, and nothing contradicts it.
 * - `resumed`: the same session, but its old anchor is gone. The record should get the current anchor, or none.
 * - `cleared`: the same agent process with a new id, as after `/clear`. The claims follow it.
 * - `nested`: the same session, asking from a process inside the record's anchor (a subagent, or an agent that runs itself).
 * - `conflict`: the same key from outside the record's live anchor, as when one transcript is resumed in two terminals, or when
 *   another agent took the session's name.
 * - `returned`: the same person at another terminal, because the one that is recorded has closed. The claims are taken over.
 * - `guest`: a person in the worktree of that session, who reads and commits there, and is another session for everything else.
 * - `other`: another session, or one of another clone, whatever its name.
 */
export type Relation = 'mine' | 'resumed' | 'cleared' | 'nested' | 'conflict' | 'returned' | 'guest' | 'other';

/**
 * Returns the relation, given what the caller sees of the holder's anchor.
 *
 * A conflict needs proof that two anchors live at once. `unknown` proves nothing: the anchor may be out of sight (in a sandbox,
 * or from the previous boot). Locking a session out of its own claim is worse than letting one in by its exact key.
 */
export function relate(holder: Holder, identity: Identity, sight: AnchorSight): Relation {
  // Its folders, and the processes that know of its work, are not here, even on the same machine and under the same name.
  if (isElsewhere(holder, identity.clone)) return 'other';
  if (isReturn(holder, identity, sight)) return 'returned';
  if (holder.key === identity.guestOf) return 'guest';
  if (holder.key !== identity.key) return relateOtherKey(holder, identity, sight);
  if (isSameProcess(holder, identity)) return 'mine';
  switch (sight.life.kind) {
    case 'gone':
      return 'resumed';
    case 'unknown':
      return 'mine';
    case 'alive':
      // Whoever only has the name may have it from anywhere.
      return sight.isAbove ? 'nested' : 'conflict';
  }
}

/**
 * Returns whether a holder is plainly another session: neither its key nor its process is the caller's. On a long board most are,
 * and no process has to be looked at to say so. The relation is then `other`, or `returned`.
 */
export function isPlainlyOther(holder: Holder, identity: Identity): boolean {
  return holder.key !== identity.key && holder.key !== identity.guestOf && !isSameAnchor(holder.anchor, identity.anchor);
}

/** A terminal that is not provably closed, or was not this user's, is somebody else's. A reboot closes all of them. */
function isReturn({ key, host, boot, person }: Holder, identity: Identity, { life }: AnchorSight): boolean {
  if (person === null || person.uid !== identity.person?.uid || host !== identity.host || key === identity.key) return false;
  return life.kind === 'gone' || (life.kind === 'unknown' && life.why === 'boot' && boot !== null && identity.boot !== null);
}

/**
 * Two ids of one agent process are one session, unless the process hosts many. A name that somebody gave is never an agent's own
 * id: two names under one anchor are two sessions. Some agents report an id to hooks but not to their shells. One such session
 * appears under its id and under its anchor's key.
 */
function relateOtherKey(holder: Holder, identity: Identity, sight: AnchorSight): Relation {
  const agent = agentOfKey(identity.key);
  if (agent === null || agentOfKey(holder.key) !== agent || identity.guestOf !== null) return 'other';
  if (!isSameProcess(holder, identity) || identity.anchor === null || sight.hostsMany) return 'other';
  const byAnchor = anchorKey(agent, identity, identity.anchor);
  return holder.key === byAnchor || identity.key === byAnchor ? 'mine' : 'cleared';
}

/**
 * Returns the holder that a session writes into a claim it keeps. It replaces the recorded holder only if it continues
 * elsewhere, or asks as itself with an anchor. A guest, a subagent or a sandbox that cannot see the anchor would remove the proof
 * that the holder lives.
 */
export function keptHolder(holder: Holder, identity: Identity, relation: Relation): Holder {
  const isElsewhere = relation === 'resumed' || relation === 'cleared';
  const isAnchored = relation === 'mine' && identity.anchor !== null;
  if (!isElsewhere && !isAnchored) return holder;
  return holderOf(identity);
}

function isSameProcess(holder: Holder, identity: Identity): boolean {
  const isSameBoot = holder.host === identity.host && holder.boot !== null && holder.boot === identity.boot;
  return isSameBoot && isSameAnchor(holder.anchor, identity.anchor);
}
