import type { Action, LiveState, State } from './record.ts';

/**
 * Who asks, seen from the record.
 * `holder`: the session the record names, also on a tombstone. `former`: a session that held it before somebody else did.
 * `person` and `agent`: strangers to it.
 */
export const ACTORS = ['holder', 'former', 'person', 'agent'] as const;
export type Actor = (typeof ACTORS)[number];

/** A command is named as what it writes. Besides what people type: `challenge`, `answer` and `take`, the protocol's moves for a silent claim, and `mint`. */
export type Command = Action;

export type WriteMove = {
  readonly kind: 'write';
  readonly to: State;
  readonly action: Action;
  readonly ownership: 'keeps' | 'changes';
};

/** What a command may do to a claim in a given state. */
export type Move =
  | WriteMove
  /** What was asked for is already so: success, and nothing is written. */
  | { readonly kind: 'already' }
  | { readonly kind: 'refuse'; readonly code: 'held' | 'completed' | 'not-holder' | 'lost' | 'illegal' };

/** Returns the one legal answer to a command, for every state (null: there is no record) and actor. */
export function moveOf(command: Command, state: State | null, actor: Actor): Move {
  if (command === 'claim' || command === 'reopen') return takingMove(command, state, actor);
  if (command === 'challenge' || command === 'take') {
    const isTheirs = actor !== 'holder' && (state === 'active' || state === 'blocked');
    return isTheirs ? contendersMove(command, state) : ILLEGAL;
  }
  // A new id is anybody's to work on; what was ever claimed is no new id.
  if (command === 'mint')
    return state === null ? { kind: 'write', to: 'released', action: 'mint', ownership: 'changes' } : ILLEGAL;
  return holdersMove(command, state, actor);
}

function takingMove(command: 'claim' | 'reopen', state: State | null, actor: Actor): Move {
  switch (state) {
    case 'active':
    case 'blocked':
      return actor === 'holder' ? ALREADY : refuse('held');
    case 'completed':
      return command === 'reopen' && (actor === 'holder' || actor === 'person')
        ? { kind: 'write', to: 'active', action: 'reopen', ownership: 'changes' }
        : refuse('completed');
    case 'released':
    case 'abandoned':
    case null:
      return { kind: 'write', to: 'active', action: 'claim', ownership: 'changes' };
  }
}

/** Returns what a contender writes over a live claim of somebody else's; whether it may is for core/claim/contend.ts to say. */
export function contendersMove(command: 'challenge' | 'take', state: LiveState): WriteMove {
  if (command === 'challenge') return { kind: 'write', to: state, action: 'challenge', ownership: 'keeps' };
  return { kind: 'write', to: 'active', action: 'take', ownership: 'changes' };
}

type HoldersCommand = Exclude<Command, 'claim' | 'reopen' | 'challenge' | 'take' | 'mint'>;

function holdersMove(command: HoldersCommand, state: State | null, actor: Actor): Move {
  if (actor === 'former') return refuse('lost');
  if (state === null || actor !== 'holder') return refuse('not-holder');
  return HOLDERS_MOVES[command][state];
}

const ALREADY: Move = { kind: 'already' };
const ILLEGAL = refuse('illegal');

const HOLDERS_MOVES: Record<HoldersCommand, Record<State, Move>> = {
  answer: fromLive(keep('active', 'answer'), keep('blocked', 'answer'), {}),
  renew: fromLive(keep('active', 'renew'), keep('blocked', 'renew'), {}),
  release: fromLive(keep('released', 'release'), keep('released', 'release'), { released: ALREADY }),
  complete: fromLive(keep('completed', 'complete'), keep('completed', 'complete'), { completed: ALREADY }),
  abandon: fromLive(keep('abandoned', 'abandon'), keep('abandoned', 'abandon'), { abandoned: ALREADY }),
  block: fromLive(keep('blocked', 'block'), keep('blocked', 'block'), {}),
  unblock: fromLive(ALREADY, keep('active', 'unblock'), {}),
  hand: fromLive(hand('active'), hand('blocked'), {}),
};

function fromLive(active: Move, blocked: Move, tombstones: Partial<Record<State, Move>>): Record<State, Move> {
  return { released: ILLEGAL, completed: ILLEGAL, abandoned: ILLEGAL, ...tombstones, active, blocked };
}

function keep(to: State, action: Action): Move {
  return { kind: 'write', to, action, ownership: 'keeps' };
}

function hand(to: State): Move {
  return { kind: 'write', to, action: 'hand', ownership: 'changes' };
}

function refuse(code: 'held' | 'completed' | 'not-holder' | 'lost' | 'illegal'): Move {
  return { kind: 'refuse', code };
}
