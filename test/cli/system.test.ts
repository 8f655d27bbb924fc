import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

test.each([
  ['git claim list', 1],
  ['git claim ORDER-1', 1],
  ['git claim status --json', 1],
  ['git claim -h', 1],
])('where nothing more can be written, %s says so in a sentence', (line, code) => {
  const { status, stderr } = inShell(createSandbox(), `${line} >/dev/full`);
  expect(stderr).toMatch(/^error: the answer could not be written to standard output: no space is left on the disk\n {2}hint/m);
  expect({ status, trace: /^ +at /m.test(stderr) }).toEqual({ status: code, trace: false });
});

test('a claim whose answer was lost was made all the same', async () => {
  const sandbox = createSandbox();
  inShell(sandbox, 'git claim ORDER-1 >/dev/full');
  expect((await runCli(sandbox, ['status', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'ada' } })).stdout).toMatch(/held by you/);
});

test('in a folder that was deleted, every command says so', () => {
  const sandbox = createSandbox();
  const claim = join(PACKAGE, 'bin/git-claim');
  const gone = `mkdir ../gone && cd ../gone && rmdir ../gone && '${claim}' list; echo "exit $?"; '${claim}' ORDER-1 --json`;
  const { status, stdout, stderr } = inShell(sandbox, gone);
  expect(stderr).toContain('error: the folder that this command runs in no longer exists\n');
  expect(stdout).toContain('exit 128\n');
  expect(JSON.parse(stdout.split('\n')[1] as string)).toMatchObject({ ok: false, error: { code: 'no-repo' } });
  expect(status).toBe(128);
});

test('a program that git would ask about changed files is not run by what git claim asks', async () => {
  const sandbox = createSandbox();
  const monitor = join(sandbox.dir, 'monitor');
  writeFileSync(monitor, `#!/bin/sh\necho "$PPID" >> '${sandbox.dir}/asked'\n`);
  chmodSync(monitor, 0o755);
  const env = { GIT_CLAIM_SESSION: 'ada' };
  await runCli(sandbox, ['ORDER-1'], { env });
  sandbox.git(['config', 'core.fsmonitor', monitor]);
  for (const args of [
    ['check', 'ORDER-1'],
    ['complete', 'ORDER-1'],
    ['worktree', 'remove', 'ORDER-1'],
  ])
    await runCli(sandbox, args, { env });
  expect(spawnSync('ls', [join(sandbox.dir, 'asked')]).status).not.toBe(0);
});

test('a person’s answer that cannot be kept is a sentence, and where no folder can be made nothing hangs', () => {
  const sandbox = createSandbox();
  sandbox.git(['config', 'claim.setup', 'true']);
  const state = join(sandbox.dir, 'file');
  writeFileSync(state, '');
  for (const home of [state, '/proc'])
    expect(inTerminal(sandbox, `XDG_STATE_HOME='${home}' git claim worktree trust`)).toMatch(
      new RegExp(`your answer cannot be remembered in ${home}:(?:.|\\s)*set XDG_STATE_HOME to a folder`),
    );
});

function inShell(sandbox: Sandbox, line: string) {
  const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'ada' };
  return spawnSync('sh', ['-c', line], { cwd: sandbox.repo, env, encoding: 'utf8' });
}

/** Returns what a person sees who answers yes. */
function inTerminal(sandbox: Sandbox, line: string): string {
  const env = { ...sandbox.env, TERM: 'xterm' };
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: sandbox.repo,
    env,
    encoding: 'utf8',
    input: 'yes\n',
    timeout: 20_000,
  });
  return stdout;
}
