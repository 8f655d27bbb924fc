import type { Action, LiveState, State } from './record.ts';

/**
 * Who asks, seen from the record. `holder`: the session that the record names, also on a tombstone. `former`: a session that held
 * the claim before another one did. `person` and `agent`: strangers to the claim.
 */
export const ACTORS = ['holder', 'former', 'person', 'agent'] as const;
export type Actor = (typeof ACTORS)[number];

/**
 * A command is named after the action it writes. Besides those that people type, there are `challenge`, `answer` and `take`, the
 * protocol's moves for a silent claim, and `mint`.
 */
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
  /** The claim is already in the wanted state: success, and nothing is written. */
  | { readonly kind: 'already' }
  | { readonly kind: 'refuse'; readonly code: 'held' | 'completed' | 'not-holder' | 'lost' | 'illegal' };

/** Returns the one legal answer to a command, for every actor and state (null: there is no record). */
export function moveOf(command: Command, state: State | null, actor: Actor): Move {
  if (command === 'claim' || command === 'reopen') return takingMove(command, state, actor);
  if (command === 'challenge' || command === 'take') {
    const isTheirs = actor !== 'holder' && (state === 'active' || state === 'blocked');
    return isTheirs ? contendersMove(command, state) : ILLEGAL;
  }
  // Anybody may mint an id that is new; an id that was ever claimed is not new.
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

/** Returns what a contender writes over another session's live claim. core/liveness/takeover.ts decides whether it may. */
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
