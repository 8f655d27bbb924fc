import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { putHook } from '../support/marked-package.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const NEWCOMER = "{ name: 'newcomer', ids: ['NEWCOMER_SESSION_ID'], presence: ['NEWCOMER'], processes: ['newcomer'] },\n";
const HOOKS = ['pre-commit', 'prepare-commit-msg', 'post-checkout', 'post-commit', 'pre-push'];

test('one line in one file adds an agent: commands and hooks know it', () => {
  const sandbox = createSandbox();
  const home = packageWith(sandbox, ['bin', 'build', 'githooks', 'src', 'package.json']);
  symlinkSync(join(PACKAGE, 'node_modules'), join(home, 'node_modules'));
  const table = join(home, 'src/core/session/agents.ts');
  const [before, after] = readFileSync(table, 'utf8').split(/(?=\{ name: 'grok')/) as [string, string];
  writeFileSync(table, before + NEWCOMER + after);
  mkdirSync(join(home, 'dist'));
  const build = "import('./build/start/command-line.mjs').then(({ buildCommandLine }) => buildCommandLine())";
  execFileSync(process.execPath, ['-e', build], { cwd: home, env: sandbox.env });

  const PATH = [join(home, 'bin'), sandbox.env['PATH']].join(delimiter);
  const as = (id: string, args: readonly string[]) => git(sandbox, args, { env: { PATH, NEWCOMER_SESSION_ID: id } });
  sandbox.git(['switch', '--quiet', '--create', 'order-1']);
  expect(as('one', ['claim', 'init', '--mode', 'hard'])).toMatchObject({ code: 0 });
  const { claims } = JSON.parse(as('one', ['claim', '--no-worktree', 'ORDER-1', '--json']).out);
  expect(claims).toMatchObject([{ session: expect.stringMatching(/^newcomer-/), agent: 'newcomer' }]);
  const refused = as('other', ['commit', '--quiet', '--allow-empty', '--message', 'x']);
  expect(refused).toEqual({ code: 1, out: expect.stringContaining(`${claims[0].session} holds it`) });

  // Without Node the shell has to know by itself.
  putHook(join(home, 'bin/node'), '#!/bin/sh\nexit 9\n');
  expect(as('one', ['commit', '--quiet', '--allow-empty', '--message', 'x'])).toEqual({ code: 0, out: '' });
  const trailers = sandbox.git(['log', '-1', '--format=%(trailers:only)']);
  expect(trailers.trim()).toBe(`Order: ORDER-1\nClaim-Session: ${claims[0].session}`);
  const unchecked = as('other', ['commit', '--quiet', '--allow-empty', '--message', 'x']);
  expect(unchecked).toEqual({ code: 1, out: expect.stringContaining('could not check this (exit 9)') });
}, 120_000);

test.each(['soft', 'hard'] as const)(
  'hooks without their facts say in one line that nothing was checked; in hard mode gates refuse (%s)',
  (mode) => {
    const sandbox = createSandbox();
    const home = packageWith(sandbox, ['bin', 'githooks']);
    installHooks(sandbox, mode, sandbox.repo, home);
    const says = (isRefused: boolean) =>
      `git claim: not found beside ${join(home, 'githooks')}, ${isRefused ? 'and hard mode refuses what it cannot check' : 'so nothing was checked'}\n`;
    stage(sandbox, 'file', 'text');
    const ran = (name: string, args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(join(home, 'githooks', name), args, {
        ...{ cwd: sandbox.repo, env: sandbox.env, encoding: 'utf8' as const },
        input: `${'1'.repeat(40)} ${'2'.repeat(40)} refs/heads/main\n`,
      });
      return { name, status, said: stdout + stderr };
    };
    const message = join(sandbox.dir, 'message');
    writeFileSync(message, 'x\n');
    for (const name of [...HOOKS, 'reference-transaction']) {
      const args =
        name === 'reference-transaction' ? ['prepared'] : name === 'prepare-commit-msg' ? [message, 'message'] : ['a', 'b', '1'];
      const isRefused = mode === 'hard' && !name.startsWith('post-');
      expect(ran(name, args)).toEqual({ name, status: isRefused ? 1 : 0, said: says(isRefused) });
    }
    expect(git(sandbox, ['commit', '--quiet', '--message', 'x'])).toMatchObject({ code: mode === 'hard' ? 1 : 0 });
  },
);

/** Makes a package of parts of this one. */
function packageWith(sandbox: Sandbox, names: readonly string[]): string {
  const home = join(sandbox.dir, "git-claim's påckage");
  for (const name of names) cpSync(join(PACKAGE, name), join(home, name), { recursive: true });
  return home;
}
