import type { Relation } from '../session/relation.ts';
import { isLive, type Witnessed } from './record.ts';
import type { OrderRefusal } from './refusal.ts';
import { type Actor, type Command, moveOf, type WriteMove } from './transitions.ts';

/** What the caller is to one claim. */
export type Standpoint = {
  readonly relation: Relation;
  readonly isPerson: boolean;
  /** The caller held this order before another session did. */
  readonly isFormer: boolean;
};

export type Decision =
  | WriteMove
  | { readonly kind: 'already' }
  | { readonly kind: 'refuse'; readonly code: OrderRefusal['code'] };

/** Decides what a command may do to a claim; `before` is null if there is no record. */
export function decide(command: Command, before: Witnessed | null, standpoint: Standpoint): Decision {
  if (before !== null && standpoint.relation === 'conflict') return { kind: 'refuse', code: 'conflict' };
  const move = moveOf(command, before?.record.state ?? null, actorOf(command, before, standpoint));
  const hasMoved = standpoint.relation === 'cleared' || standpoint.relation === 'resumed';
  if (move.kind !== 'already' || before === null || !isLive(before.record)) return move;
  // If the session has a new anchor, or its agent a new id, the record follows. A challenged holder answers.
  if (hasMoved) return moveOf('renew', before.record.state, 'holder');
  return before.record.challenge === null ? move : moveOf('answer', before.record.state, 'holder');
}

function actorOf(command: Command, before: Witnessed | null, { relation, isPerson, isFormer }: Standpoint): Actor {
  if (before !== null && !STRANGE.includes(relation)) return 'holder';
  if (isFormer && command !== 'reopen') return 'former';
  return isPerson ? 'person' : 'agent';
}

const STRANGE: readonly Relation[] = ['returned', 'guest', 'other'];
