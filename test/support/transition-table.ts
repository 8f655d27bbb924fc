import type { State } from '../../src/core/claim/record.ts';
import type { Command } from '../../src/core/claim/transitions.ts';

/** The outcome of a command: `>state` for the same holder, `+state` for a new one, `=` for no change, else the refusal's code. */
type Cell = `>${State}` | `+${State}` | '=' | 'held' | 'completed' | 'not-holder' | 'lost' | 'illegal';
type Row = readonly [holder: Cell, former: Cell, person: Cell, agent: Cell];

/** Written from the design, not from the code. A refusal changes nothing. */
export const TABLE: Readonly<Record<Command, Readonly<Record<State | 'absent', Row>>>> = {
  //              the holder     a former one   a person       an agent
  claim: {
    absent: ['+active', '+active', '+active', '+active'],
    active: ['=', 'held', 'held', 'held'],
    blocked: ['=', 'held', 'held', 'held'],
    released: ['+active', '+active', '+active', '+active'],
    abandoned: ['+active', '+active', '+active', '+active'],
    completed: ['completed', 'completed', 'completed', 'completed'],
  },
  reopen: {
    absent: ['+active', '+active', '+active', '+active'],
    active: ['=', 'held', 'held', 'held'],
    blocked: ['=', 'held', 'held', 'held'],
    released: ['+active', '+active', '+active', '+active'],
    abandoned: ['+active', '+active', '+active', '+active'],
    // Its last holder or a person; former holders have no say.
    completed: ['+active', 'completed', '+active', 'completed'],
  },
  renew: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>active', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>blocked', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  release: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>released', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>released', 'lost', 'not-holder', 'not-holder'],
    released: ['=', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  complete: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>completed', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>completed', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['=', 'lost', 'not-holder', 'not-holder'],
  },
  abandon: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>abandoned', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>abandoned', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['=', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  block: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>blocked', 'lost', 'not-holder', 'not-holder'],
    // A second reason replaces the first.
    blocked: ['>blocked', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  unblock: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['=', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>active', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  // The protocol's own moves. Whether a silent claim may be challenged or taken yet is decided elsewhere; here, whether it ever
  // can.
  challenge: {
    absent: ['illegal', 'illegal', 'illegal', 'illegal'],
    active: ['illegal', '>active', '>active', '>active'],
    blocked: ['illegal', '>blocked', '>blocked', '>blocked'],
    released: ['illegal', 'illegal', 'illegal', 'illegal'],
    abandoned: ['illegal', 'illegal', 'illegal', 'illegal'],
    completed: ['illegal', 'illegal', 'illegal', 'illegal'],
  },
  answer: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['>active', 'lost', 'not-holder', 'not-holder'],
    blocked: ['>blocked', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
  take: {
    absent: ['illegal', 'illegal', 'illegal', 'illegal'],
    active: ['illegal', '+active', '+active', '+active'],
    blocked: ['illegal', '+active', '+active', '+active'],
    released: ['illegal', 'illegal', 'illegal', 'illegal'],
    abandoned: ['illegal', 'illegal', 'illegal', 'illegal'],
    completed: ['illegal', 'illegal', 'illegal', 'illegal'],
  },
  mint: {
    absent: ['+released', '+released', '+released', '+released'],
    active: ['illegal', 'illegal', 'illegal', 'illegal'],
    blocked: ['illegal', 'illegal', 'illegal', 'illegal'],
    released: ['illegal', 'illegal', 'illegal', 'illegal'],
    abandoned: ['illegal', 'illegal', 'illegal', 'illegal'],
    completed: ['illegal', 'illegal', 'illegal', 'illegal'],
  },
  hand: {
    absent: ['not-holder', 'lost', 'not-holder', 'not-holder'],
    active: ['+active', 'lost', 'not-holder', 'not-holder'],
    blocked: ['+blocked', 'lost', 'not-holder', 'not-holder'],
    released: ['illegal', 'lost', 'not-holder', 'not-holder'],
    abandoned: ['illegal', 'lost', 'not-holder', 'not-holder'],
    completed: ['illegal', 'lost', 'not-holder', 'not-holder'],
  },
};
