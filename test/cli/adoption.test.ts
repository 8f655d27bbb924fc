import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('nobody is put into the tree where another order is worked on', async () => {
  const { sandbox, say } = place();
  const tree = join(sandbox.dir, 'feature');
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'feature/x', tree]);
  await say('alice', ['--no-worktree', 'ORDER-1'], tree);
  await say('alice', ['--no-worktree', 'ORDER-2'], tree);
  await say('alice', ['release', 'ORDER-1'], tree);
  expect(await say('bob', ['ORDER-1'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/worktree {2}\.\.\/my äpp\.claims\/ORDER-1 {3}branch order-1\n/),
  });
});

test('a branch that only the ended claim worked on is adopted with its tree', async () => {
  const { sandbox, say } = place();
  const tree = join(sandbox.dir, 'feature');
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'feature/x', tree]);
  await say('alice', ['--no-worktree', 'ORDER-1'], tree);
  await say('alice', ['release', 'ORDER-1'], tree);
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 0, stdout: expect.stringContaining('branch feature/x') });
});

test('a tree that stands on another branch is adopted as it stands, and that is said', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['release', 'ORDER-1']);
  sandbox.git(['checkout', '--quiet', '-b', 'other'], join(sandbox.dir, 'my äpp.claims', 'ORDER-1'));
  expect(await say('bob', ['ORDER-1'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('its worktree is adopted as it is, on other, not on order-1'),
  });
});

function place() {
  const sandbox = createSandbox();
  const say = (who: string, args: readonly string[], cwd = sandbox.repo) =>
    runCli(sandbox, args, { cwd, env: { GIT_CLAIM_SESSION: who } });
  return { sandbox, say };
}
