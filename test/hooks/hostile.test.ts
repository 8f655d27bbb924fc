import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { controlIn } from '../support/gently.ts';
import { git, installHooks } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const NAMES = [
  'a\nb.md',
  '"quoted".md',
  '$(touch PWNED).md',
  '`touch PWNED`',
  '-rf',
  "it's",
  'back\\slash',
  '\u001b[31mred',
  ' lead',
  'sp ace',
  '*',
  ':(glob)**',
  'ü.md',
];

/** Not UTF-8. */
const BYTES = Buffer.from([0xff, 0xfe, 0x2e, 0x6d, 0x64]);

test('file names are data: whatever they are, nothing is executed, shown raw or missed', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'soft');
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  await runCli(sandbox, ['ORDER-2'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const trees = ['ORDER-1', 'ORDER-2'].map((order) => join(sandbox.dir, 'my äpp.claims', order));
  for (const [at, tree] of trees.entries()) {
    const paths = [...NAMES.map((name) => Buffer.from(join(tree, name))), Buffer.concat([Buffer.from(`${tree}/`), BYTES])];
    for (const path of paths) writeFileSync(path, `status: in_progress\n${at}\n`);
    execFileSync('git', ['add', '-A'], { cwd: tree, env: sandbox.env });
  }
  const [alices, bobs] = trees as [string, string];
  expect(git(sandbox, ['commit', '-q', '-m', 'all of them'], { cwd: alices, session: 'alice' })).toEqual({ code: 0, out: '' });
  const { code, out } = git(sandbox, ['commit', '-q', '-m', 'again'], { cwd: bobs, session: 'bob' });
  expect({ code, control: controlIn({ stdout: '', stderr: out }) }).toEqual({ code: 0, control: null });
  expect(out).toMatch(new RegExp(`and ${NAMES.length - 2} more changed \\d+s ago in [0-9a-f]{7} by alice: all of them`));
  for (const tree of [...trees, sandbox.repo, sandbox.dir]) expect(existsSync(join(tree, 'PWNED'))).toBe(false);
});

test.each(['State: released', 'state: released', 'Session-Key: bob', 'Generation: 1'])(
  'a record that also says "%s" is nobody\'s: it is neither free nor the holder\'s, in commands and hooks alike',
  async (line) => {
    const sandbox = createSandbox();
    installHooks(sandbox, 'hard');
    await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
    const body = sandbox.git(['cat-file', 'tag', 'refs/claims/ORDER-1']);
    writeFileSync(join(sandbox.dir, 'record'), `${body.replace(/^State: active$/m, `State: active\n${line}`)}\n`);
    const oid = sandbox.git(['hash-object', '-t', 'tag', '-w', join(sandbox.dir, 'record')]);
    sandbox.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claims/ORDER-1', oid]);
    const cwd = join(sandbox.dir, 'my äpp.claims/ORDER-1');
    const { code, out } = git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd, session: 'alice' });
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringMatching(/ORDER-1/) });
    const bob = await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'bob' } });
    expect(bob.code).toBe(8);
    expect(bob.stderr).toContain('trailer is there more than once');
  },
);

test.each(['feature$(touch>PWNED)', "it's`x`", '-dash', 'ü/\u0085', 'a"b'])('a branch called %j', async (branch) => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  sandbox.git(['update-ref', `refs/heads/${branch}`, 'HEAD']);
  sandbox.git(['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  expect((await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } })).code).toBe(0);
  const commit = ['commit', '-q', '--allow-empty', '-m', 'x'];
  expect(git(sandbox, commit, { session: 'alice' })).toEqual({ code: 0, out: '' });
  const { code, out } = git(sandbox, commit, { session: 'bob' });
  expect({ code, control: controlIn({ stdout: '', stderr: out }) }).toEqual({ code: 1, control: null });
  const forced = git(sandbox, [...commit, '--no-verify'], { session: 'bob', env: { GIT_CLAIM_SESSION: 'bob $(touch PWNED)' } });
  expect({ code: forced.code === 0, control: controlIn({ stdout: '', stderr: forced.out }) }).toEqual({
    code: false,
    control: null,
  });
  expect(existsSync(join(sandbox.repo, 'PWNED'))).toBe(false);
});
