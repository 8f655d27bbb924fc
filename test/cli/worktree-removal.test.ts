import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('the default branch is never deleted with a tree', async () => {
  const { sandbox, trunk, say } = place();
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('alice', ['complete', 'ORDER-1'], trunk);
  expect(await say('alice', ['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 0 });
  expect(sandbox.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/main'])).toBe('main');
});

test('a tree is removed from within, and its merged branch with it; where no branch is the default one, its branch stays', async () => {
  const { sandbox, trunk, say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['release', 'ORDER-1']);
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  const answer = await say('alice', ['worktree', 'remove', 'ORDER-1'], tree);
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  expect(answer.stdout).toContain('branch order-1 was merged, so it is deleted too');
  sandbox.git(['worktree', 'remove', trunk]);
  sandbox.git(['branch', '--quiet', '-D', 'main']);
  await say('alice', ['ORDER-1']);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  await say('alice', ['release', 'ORDER-1']);
  const removed = await say('alice', ['worktree', 'remove', 'ORDER-1'], tree);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('branch order-1 stays: 1 commit is not merged') });
  expect(existsSync(tree)).toBe(false);
});

test('a claim whose tree was removed says so, and what makes it again', async () => {
  const { say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['worktree', 'remove', 'ORDER-1']);
  const remedy = /gone: git claim worktree add ORDER-1/;
  const shown = [await say('alice', []), await say('alice', ['status', 'ORDER-1'])].map(({ stdout }) => stdout);
  expect(shown).toEqual([expect.stringMatching(remedy), expect.stringMatching(remedy)]);
  expect(shown[1]).toContain('branch    order-1\n');
  await say('alice', ['worktree', 'add', 'ORDER-1']);
  expect((await say('alice', ['status', 'ORDER-1'])).stdout).not.toContain('gone');
});

test('a tree that another live claim names is not removed', async () => {
  const { trunk, say } = place();
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('bob', ['--no-worktree', 'ORDER-2'], trunk);
  await say('alice', ['complete', 'ORDER-1'], trunk);
  const answer = await say('alice', ['worktree', 'remove', 'ORDER-1']);
  expect(answer).toMatchObject({ code: 3, stderr: expect.stringContaining('ORDER-2 is held by bob') });
  expect(answer.stderr).toMatch(/next +its holder works there; git claim status ORDER-2 tells more\n$/);
  expect(existsSync(trunk)).toBe(true);
});

test('a repository inside the tree, which no ref could keep, is not removed even when everything else is saved', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  const inner = join(tree, 'inner');
  mkdirSync(inner);
  sandbox.git(['init', '--quiet'], inner);
  writeFileSync(join(inner, 'work'), 'of days');
  sandbox.git(['add', '.'], inner);
  sandbox.git(['commit', '--quiet', '--message', 'days'], inner);
  const answer = await say('alice', ['worktree', 'remove', '--save', 'ORDER-1']);
  expect(answer).toMatchObject({ code: 4, stderr: expect.stringContaining('inner is a repository of its own') });
  expect(existsSync(join(inner, 'work'))).toBe(true);
});

test('work that was staged in a tree whose maker was killed is saved before the tree is finished', async () => {
  const { sandbox, say } = place();
  writeFileSync(join(sandbox.repo, 'file'), 'first\n');
  sandbox.git(['add', 'file']);
  sandbox.git(['commit', '--quiet', '--message', 'file']);
  await runCli(sandbox, ['--on', 'HEAD', 'ORDER-1'], {
    env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: 'before file worktree lock' },
  });
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  writeFileSync(join(tree, 'file'), 'a day of work\n');
  sandbox.git(['add', 'file'], tree);
  expect(await say('alice', ['ORDER-1'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is kept as refs/claim-rescue/'),
  });
  const ref = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-rescue']);
  expect(sandbox.git(['show', `${ref}:file`])).toBe('a day of work');
});

test('a maker that nobody can see has half an hour, and then its tree is finished by whoever claims', async () => {
  const { sandbox, say } = place();
  await runCli(sandbox, ['ORDER-1'], {
    env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: 'before file worktree lock' },
  });
  const lock = join(sandbox.repo, '.git/worktrees/ORDER-1/locked');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace(/\/[0-9]+\)/, '/4026539999)'));
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lock, hourAgo, hourAgo);
  expect(await say('alice', ['ORDER-1'])).toMatchObject({ code: 0 });
  expect(readFileSync(lock, 'utf8')).toBe('git-claim ORDER-1 generation 1 by alice');
});

test('a tree stays locked for one order when another one that was worked on there ends', async () => {
  const { sandbox, trunk, say } = place();
  sandbox.git(['checkout', '--quiet', '-b', 'feature'], trunk);
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('alice', ['--no-worktree', 'ORDER-2'], trunk);
  await say('alice', ['release', 'ORDER-1'], trunk);
  expect(sandbox.git(['worktree', 'list', '--porcelain'])).toContain('locked git-claim ORDER-2 ');
});

/** A repository whose default branch is checked out in a linked worktree, as beside a bare repository. */
function place() {
  const sandbox = createSandbox();
  const trunk = join(sandbox.dir, 'trunk');
  sandbox.git(['checkout', '--quiet', '-b', 'side']);
  sandbox.git(['worktree', 'add', '--quiet', trunk, 'main']);
  const say = (who: string, args: readonly string[], cwd = sandbox.repo) =>
    runCli(sandbox, args, { cwd, env: { GIT_CLAIM_SESSION: who } });
  return { sandbox, trunk, say };
}
