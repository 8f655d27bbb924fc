import { expect, test } from 'vitest';
import { ACTIONS, STATES } from '../../../src/core/claim/record.ts';
import { ACTORS, type Actor, type Command, type Move, moveOf } from '../../../src/core/claim/transitions.ts';
import { TABLE } from '../../support/transition-table.ts';

const CELLS = ACTIONS.flatMap((command) =>
  [null, ...STATES].flatMap((state) => ACTORS.map((actor) => ({ command, state, actor }))),
);

test.each(CELLS)('$command of $state by $actor', ({ command, state, actor }) => {
  expect(inWords(moveOf(command, state, actor))).toBe(TABLE[command][state ?? 'absent'][ACTORS.indexOf(actor)]);
});

test('the table has every cell and nothing else', () => {
  const names = (of: object) => Object.keys(of).sort();
  expect(names(TABLE)).toEqual([...ACTIONS].sort());
  for (const rows of Object.values(TABLE)) {
    expect(names(rows)).toEqual(['absent', ...STATES].sort());
    for (const row of Object.values(rows)) expect(row.length).toBe(ACTORS.length);
  }
});

test('nobody but its holder ends, blocks or hands on a claim, and no claim is taken by claiming it', () => {
  const writes = CELLS.filter(({ command, state, actor }) => moveOf(command, state, actor).kind === 'write');
  const isTaking = (command: Command) => command === 'claim' || command === 'reopen';
  const isContending = (command: Command) => command === 'challenge' || command === 'take';
  const isLive = (state: unknown) => state === 'active' || state === 'blocked';
  const isHolder = (actor: Actor) => actor === 'holder';
  const isAnybodys = (command: Command) => isTaking(command) || isContending(command) || command === 'mint';
  expect(writes.filter(({ command, actor }) => !isAnybodys(command) && !isHolder(actor))).toEqual([]);
  expect(writes.filter(({ command, state }) => command === 'mint' && state !== null)).toEqual([]);
  expect(writes.filter(({ command, state }) => isTaking(command) && isLive(state))).toEqual([]);
});

/** `>state` writes that state for the same holder, `+state` for a new one with the next generation; `=` writes nothing. */
function inWords(move: Move): string {
  if (move.kind === 'write') return `${move.ownership === 'changes' ? '+' : '>'}${move.to}`;
  return move.kind === 'already' ? '=' : move.code;
}
