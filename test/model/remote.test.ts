import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore, HAS_SPIN, NO_SPIN } from '../support/spin.ts';

const MODEL = join(import.meta.dirname, 'remote.pml');

test.for([
  { promise: 'whatever is lost, late or dead', flags: [] },
  { promise: 'a helper that fetches while a command pushes', flags: ['OVERLAP', 'VERSIONS=3'] },
])('through a remote, no order has two holders and nobody is robbed or told wrong: $promise', ({ flags }, { skip }) => {
  skip(!HAS_SPIN, NO_SPIN);
  const { errors, states } = explore(MODEL, flags);
  expect(states).toBeGreaterThan(1_000_000);
  expect(errors).toBe(0);
});

test.for([
  { flaw: 'two attempts that are the same object', flags: ['NO_NONCE'], broken: 'isHeldTwice' },
  { flaw: 'a branch that is pushed with a claim that is only verified', flags: ['VERIFY'], broken: 'isPublishedByAnother' },
  { flaw: 'a holder that counts as confirmed for longer than the grace', flags: ['SELF=3'], broken: 'isHeldTwice' },
  { flaw: 'a late confirmation that ignores a challenge', flags: ['IGNORE'], broken: 'isHeldTwice' },
  { flaw: 'a release that is pushed before it is marked', flags: ['UNMARKED'], broken: 'isHeldTwice' },
  { flaw: 'a grace of one beat', flags: ['GRACE=1', 'SELF=1'], broken: 'isRobbed' },
  { flaw: 'a push that is given up because the old record is still there', flags: ['RASH'], broken: 'isToldWrong' },
  { flaw: 'a fetch straight into the claim refs', flags: ['STRAIGHT', 'OVERLAP'], broken: 'isForgotten' },
  { flaw: 'a rewind that one fetch proves', flags: ['HASTY', 'OVERLAP'], broken: 'isFalseAlarm' },
])('the model of the remote finds what is wrong with $flaw', ({ flags, broken }, { skip }) => {
  skip(!HAS_SPIN, NO_SPIN);
  const { errors, output } = explore(MODEL, flags, '-O1');
  expect(errors).toBe(1);
  expect(output).toContain(`assertion violated  !(${broken})`);
});
