import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from './support/sandbox.ts';

test.each([
  ['biome finds nothing to repair', 'biome', ['ci', '--colors=off', '.']],
  ['the types are right', 'tsc', ['--pretty', 'false']],
  ['knip finds nothing unused', 'knip', []],
])(
  '%s',
  (_, program, args) => {
    const { status, stdout, stderr } = spawnSync(join(PACKAGE, 'node_modules/.bin', program), args, {
      cwd: PACKAGE,
      encoding: 'utf8',
    });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  },
  120_000,
);
