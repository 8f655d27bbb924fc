import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from './support/sandbox.ts';

test.each([
  ['biome finds nothing to repair', 'node_modules/.bin/biome', ['ci', '--colors=off', '.']],
  ['the types are right', 'node_modules/.bin/tsc', ['--pretty', 'false']],
  ['knip finds nothing unused', 'node_modules/.bin/knip', []],
  ['no circles, no shared names, no wide comments', process.execPath, ['build/house.mjs']],
])(
  '%s',
  (_, program, args) => {
    const { status, stdout, stderr } = spawnSync(resolve(PACKAGE, program), args, {
      cwd: PACKAGE,
      encoding: 'utf8',
    });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  },
  120_000,
);
