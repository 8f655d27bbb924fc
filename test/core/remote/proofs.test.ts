import { expect, test } from 'vitest';
import type { Oid } from '../../../src/core/ids.ts';
import { type Attempt, disproofsOf, type Reply, type Trials } from '../../../src/core/remote/proofs.ts';

const YES: Reply = { kind: 'accepted' };
const NO: Reply = { kind: 'refused', said: 'it moved' };
const attempt = (answer: Reply, to: Record<string, string>): Attempt => ({
  answer,
  to: new Map(Object.entries(to)) as Map<string, Oid>,
});
const shown = (to: Record<string, string>) => attempt(YES, to).to;

/** As a good remote does: one early push wins two refs, two late ones are refused whole, and everything is deleted. */
const GOOD = trials({});

function trials(answers: { early?: Reply; late?: Reply; later?: Reply }): Trials {
  const { early = YES, late = NO, later = NO } = answers;
  return {
    first: attempt(YES, { a: '1', b: '1' }),
    rivals: [attempt(early, { a: '2', c: '2' }), attempt(late, { a: '3', b: '3' }), attempt(later, { c: '4', d: '4' })],
    shown: shown({ a: '2', b: '1', c: '2' }),
    target: '0' as Oid,
    fetched: new Set(['1', '2'] as Oid[]),
    deletion: YES,
    left: [],
  };
}

test.for<[string, Trials, string[]]>([
  ['a good remote', GOOD, []],
  // Where hooks cannot be run, the late ones are not late.
  [
    'a good remote that met both late pushes first',
    {
      ...trials({ early: NO, late: YES, later: YES }),
      shown: shown({ a: '3', b: '3', c: '4', d: '4' }),
      fetched: new Set(['3', '4'] as Oid[]),
    },
    [],
  ],
  ['takes nothing', { ...GOOD, first: attempt(NO, { a: '1' }), rivals: [], shown: new Map() }, ['takes refused']],
  ['accepts an update and another one', trials({ late: YES }), ['swaps both-won']],
  ['accepts a new ref and another one', trials({ later: YES }), ['swaps both-won']],
  ['accepts none', { ...trials({ early: NO }), shown: shown({ a: '1', b: '1' }) }, ['swaps none-won']],
  [
    'has the loser of an update',
    { ...GOOD, shown: shown({ a: '3', b: '1', c: '2' }), fetched: new Set(['1', '2', '3'] as Oid[]) },
    ['swaps not-kept'],
  ],
  ['has lost a new ref', { ...GOOD, shown: shown({ a: '2', b: '1' }) }, ['swaps not-kept']],
  [
    'moved half of an update',
    { ...GOOD, shown: shown({ a: '2', b: '3', c: '2' }), fetched: new Set(['1', '2', '3'] as Oid[]) },
    ['atomic torn'],
  ],
  [
    'made half of what is new',
    { ...GOOD, shown: shown({ a: '2', b: '1', c: '2', d: '4' }), fetched: new Set(['1', '2', '4'] as Oid[]) },
    ['atomic torn'],
  ],
  ['has no atomic pushes', { ...GOOD, first: attempt({ kind: 'no-atomic' }, { a: '1' }), rivals: [] }, ['atomic no-atomic']],
  ['shows nothing, and deletes nothing', { ...GOOD, shown: new Map(), deletion: NO }, ['shows hidden', 'deletes refused']],
  ['drops tags', { ...GOOD, shown: shown({ a: '0', b: '0', c: '0' }) }, ['keeps peeled']],
  ['keeps an object to itself', { ...GOOD, fetched: new Set(['1'] as Oid[]) }, ['keeps not-given']],
  ['says that it deleted', { ...GOOD, left: ['a'] }, ['deletes still-there']],
])('%s', ([, given, expected]) => {
  expect(disproofsOf(given).map(({ proof, why }) => `${proof} ${why}`)).toEqual(expected);
});
