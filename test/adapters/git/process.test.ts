import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitIn, lastWords, subcommandOf } from '../../../src/adapters/git/process.ts';
import { failedLater } from '../../support/failures.ts';
import { createSandbox } from '../../support/sandbox.ts';

/** More than a pipe holds, so that a program that reads none of it ends before it is written. */
const LONG = 'x'.repeat(1_000_000);

test.each([
  ['waits', false],
  ['blocks', true],
])('a git that the process %s for: its answer, its code, a signal, and why there is none', async (_, isAlone) => {
  const said = (body: string, options: object = {}) => running(body)(['x'], { isAlone, ...options });
  expect(await said('cat; echo >&2 why; exit 3', { input: 'in' })).toEqual({
    code: 3,
    stdout: Buffer.from('in'),
    stderr: 'why\n',
  });
  expect(await said('read -r line; echo "$line"', { input: 'one\ntwo\n' })).toMatchObject({
    code: 0,
    stdout: Buffer.from('one\n'),
  });
  expect(await said('exit 7', { input: LONG })).toMatchObject({ code: 7 });
  expect(await said('kill -TERM $$')).toMatchObject({ code: 143 });
  const slow = await failedLater(said('exec sleep 60', { timeoutMs: 300 }));
  expect(slow.message).toBe('git x was stopped: it took too long');
  const missing = gitIn('/', { PATH: '/nowhere' }, true);
  expect((await failedLater(missing(['x'], { isAlone }))).message).toMatch(/^git cannot be started: .*ENOENT/);
});

/** A git that is this sh program, in a process that may block. */
function running(body: string) {
  const { dir, env } = createSandbox();
  writeFileSync(join(dir, 'git'), `#!/bin/sh\n${body}\n`);
  chmodSync(join(dir, 'git'), 0o755);
  return gitIn(dir, { ...env, PATH: `${dir}:${env['PATH']}` }, true);
}

test.each([
  ['Preparing worktree (new branch)\n', 141, 'exit code 141'],
  ["Preparing worktree\nhooks: no room left\nhint: say 'please'\n", 1, 'hooks: no room left'],
  ['Updating files: 10%\rUpdating files: 20%\rerror: unable to write file x\nfatal: cannot\n', 128, 'unable to write file x'],
  [
    'error: these would be overwritten by checkout:\n\ta\n\tb c\nPlease commit\nAborting\n',
    1,
    'these would be overwritten by checkout: a, b c',
  ],
  [
    "fatal: Unable to create '/x/index.lock': File exists.\n\nAnother git process\n",
    128,
    "Unable to create '/x/index.lock': File exists.",
  ],
  ['', 130, 'exit code 130'],
])('of %j the cause is told', (stderr, code, cause) => {
  expect(lastWords({ code, stdout: Buffer.alloc(0), stderr })).toBe(cause);
});

test.each([
  ['commit -m log', 'commit'],
  ['-c core.fsync=all -C there --no-pager update-ref --stdin', 'update-ref'],
  ['--git-dir there gc', 'gc'],
  ['--git-dir=there gc', 'gc'],
  ['--version', ''],
])('git %s is git %s', (line, subcommand) => {
  expect(subcommandOf(line.split(' '))).toBe(subcommand);
});
