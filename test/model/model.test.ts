import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HAS_SPIN = spawnSync('spin', ['-V']).status === 0 && spawnSync('gcc', ['--version']).status === 0;
const NO_SPIN = 'spin or gcc is not installed: the model cannot be explored';

test.for([
  { promise: 'the protocol', flags: ['CHALLENGE', 'FENCE', 'REOPEN'] },
  { promise: 'a helper that beats into a deleted cache for ever', flags: ['CHALLENGE', 'FENCE'] },
  { promise: 'a person who comes back to another terminal', flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'RETURN'] },
  { promise: 'a longer lease', flags: ['CHALLENGE', 'FENCE', 'REOPEN', 'EXPIRE=3'] },
])('no live holder is robbed and no former one writes: $promise', ({ flags }, { skip }) => {
  skip(!HAS_SPIN, NO_SPIN);
  const { errors, states } = explore(flags);
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
  const { errors, output } = explore(flags);
  expect(errors).toBe(1);
  expect(output).toMatch(/assertion violated/);
  expect(output).toContain(broken);
});

/** Visits every state of the model. */
function explore(flags: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'git-claim-model-'));
  try {
    copyFileSync(join(import.meta.dirname, 'claim.pml'), join(folder, 'claim.pml'));
    execFileSync('spin', ['-a', ...flags.map((flag) => `-D${flag}`), 'claim.pml'], { cwd: folder, stdio: 'ignore' });
    const options = ['-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-DVECTORSZ=2048', '-DMEMLIM=4000'];
    execFileSync('gcc', [...options, '-o', 'pan', 'pan.c'], { cwd: folder });
    const output = String(spawnSync(join(folder, 'pan'), ['-m400000'], { cwd: folder, maxBuffer: 1 << 26 }).stdout);
    expect(output).not.toMatch(/max search depth too small|out of memory/);
    return {
      output,
      errors: Number(/errors: (\d+)/.exec(output)?.[1]),
      states: Number(/(\d+)(?:e\+\d+)? states, stored/.exec(output)?.[1]),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
