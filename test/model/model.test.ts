import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore, HAS_SPIN, NO_SPIN } from '../support/spin.ts';

const MODEL = join(import.meta.dirname, 'claim.pml');

test.for([
  { promise: 'the protocol', flags: ['CHALLENGE', 'FENCE', 'REOPEN'] },
  { promise: 'a helper that beats into a deleted cache for ever', flags: ['CHALLENGE', 'FENCE'] },
  { promise: 'a person who comes back to another terminal', flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'RETURN'] },
  { promise: 'a longer lease', flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'EXPIRE=3'] },
])('no live holder is robbed and no former one writes: $promise', ({ flags }, { skip }) => {
  skip(!HAS_SPIN, NO_SPIN);
  const { errors, states } = explore(MODEL, flags);
  expect(states).toBeGreaterThan(1_000_000);
  expect(errors).toBe(0);
});

test.for([
  { flaw: 'taking by the cache alone, without a challenge', flags: ['FENCE', 'REOPEN'], broken: 'loser' },
  { flaw: 'a grace of one poll', flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'GRACE=1'], broken: 'loser' },
  {
    flaw: 'taking what a terminal that only stands still claimed',
    flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'RETURN', 'GUESS'],
    broken: 'loser',
  },
  { flaw: 'checking first and writing later', flags: ['CHALLENGE', 'REOPEN'], broken: 'generation==checked' },
])('the model finds what is wrong with $flaw', ({ flags, broken }, { skip }) => {
  skip(!HAS_SPIN, NO_SPIN);
  const { errors, output } = explore(MODEL, flags, '-O1');
  expect(errors).toBe(1);
  expect(output).toMatch(/assertion violated/);
  expect(output).toContain(broken);
});
