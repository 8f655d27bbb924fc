import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

export const HAS_SPIN = spawnSync('spin', ['-V']).status === 0 && spawnSync('gcc', ['--version']).status === 0;
export const NO_SPIN = 'spin or gcc is not installed: the model cannot be explored';

/**
 * Visits every state of a model, or stops at the first broken assertion.
 *
 * @param flags what is defined for the model, as `NAME` or `NAME=value`
 * @param optimize by default as for millions of states; a model that soon breaks takes longer to compile than to explore
 */
export function explore(model: string, flags: readonly string[], optimize = '-O2') {
  const folder = mkdtempSync(join(tmpdir(), 'git-claim-model-'));
  try {
    copyFileSync(model, join(folder, 'model.pml'));
    execFileSync('spin', ['-a', ...flags.map((flag) => `-D${flag}`), 'model.pml'], { cwd: folder, stdio: 'ignore' });
    const options = [optimize, '-w', '-DSAFETY', '-DVECTORSZ=2048', '-DMEMLIM=4000'];
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
