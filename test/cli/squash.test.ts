import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('an order whose branch is squashed into the default branch is merged: others begin, and its tree and branch may go', async () => {
  const sandbox = createSandbox();
  const { git, repo } = sandbox;
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript;
  mkdirSync(join(repo, 'orders'));
  writeFileSync(join(repo, 'orders', 'ORDER-1.md'), '---\nstatus: ready\n---\n');
  writeFileSync(join(repo, 'orders', 'ORDER-2.md'), '---\nstatus: ready\ndepends_on: ORDER-1\n---\n');
  await say('alice', 'ORDER-1');
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  writeFileSync(join(tree, 'work'), 'of an hour\n');
  git(['add', 'work'], tree);
  git(['commit', '--quiet', '--message', 'work'], tree);
  await say('alice', 'complete', 'ORDER-1');
  expect(await say('bob', 'status', 'ORDER-1')).toContain(
    'merged    not yet: the default branch has neither its commits nor the same changes',
  );
  expect(await say('bob', 'worktree', 'prune', '--merged')).toContain('kept ../my äpp.claims/ORDER-1: 1 commit is not merged');
  expect(await say('bob', 'next')).toMatch(/exit 6\n$/);

  git(['merge', '--quiet', '--squash', 'order-1']);
  git(['commit', '--quiet', '--message', 'Work (#12)']);
  const status = await say('bob', 'status', 'ORDER-1');
  expect(status).toContain('merged    yes: the default branch has its commits, or the same changes');
  expect(status).toContain(
    'next      git claim worktree remove ORDER-1, or git claim --reopen ORDER-1, if its work must continue',
  );
  expect(await say('bob', 'check', 'ORDER-1')).toContain('ORDER-1 was completed by alice, and merged');
  expect(await say('bob', 'next')).toContain('\nORDER-2  -\n');

  git(['revert', '--no-edit', 'HEAD']);
  expect(await say('bob', 'next')).toMatch(/exit 6\n$/);
  git(['revert', '--no-edit', 'HEAD']);
  const tip = git(['rev-parse', 'order-1']).trim();
  expect(await say('bob', 'worktree', 'remove', 'ORDER-1')).toContain(
    `branch order-1 was merged, so it is deleted too; it was at ${tip.slice(0, 12)}`,
  );
  expect(await say('bob', 'status', 'ORDER-1')).toMatch(/merged {4}yes: [\s\S]*next {6}git claim --reopen ORDER-1,/);
});

test('a branch that nobody claimed stands in nobody’s way once it is squashed', async () => {
  const sandbox = createSandbox();
  const { git, repo } = sandbox;
  const say = async (...args: string[]) => (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'bob' } })).transcript;
  mkdirSync(join(repo, 'orders'));
  writeFileSync(join(repo, 'orders', 'ORDER-1.md'), '---\nstatus: ready\n---\n');
  git(['switch', '--quiet', '--create', 'ada/order-1']);
  writeFileSync(join(repo, 'work'), 'of an hour\n');
  git(['add', 'work']);
  git(['commit', '--quiet', '--message', 'work']);
  git(['switch', '--quiet', 'main']);
  expect(await say('next')).toContain('there is unmerged work (branch ada/order-1)');
  expect(await say('check', 'ORDER-1')).toContain('branch ada/order-1 has unmerged work on ORDER-1');
  git(['merge', '--quiet', '--squash', 'ada/order-1']);
  git(['commit', '--quiet', '--message', 'Part of the work']);
  expect(await say('next')).toContain('\nORDER-1  -\n');
  expect(await say('check', 'ORDER-1')).not.toContain('ada/order-1');
});
