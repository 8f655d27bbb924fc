import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** A clone of a bare origin, and another clone in which somebody else works. */
type Clones = { readonly sandbox: Sandbox; readonly other: string };

let clones: Clones;

beforeEach(() => {
  const sandbox = createSandbox();
  const origin = join(sandbox.dir, 'origin.git');
  sandbox.git(['clone', '--quiet', '--bare', sandbox.repo, origin], sandbox.dir);
  sandbox.git(['remote', 'add', 'origin', origin]);
  sandbox.git(['fetch', '--quiet', 'origin']);
  sandbox.git(['remote', 'set-head', 'origin', 'main']);
  const other = join(sandbox.dir, 'other');
  sandbox.git(['clone', '--quiet', origin, other], sandbox.dir);
  clones = { sandbox, other };
});

/** Pushes a commit of the other clone to a branch, and fetches it. */
function pushed(branch: string, file: string, from = 'origin/main'): string {
  const { sandbox, other } = clones;
  sandbox.git(['switch', '--quiet', '--detach', from], other);
  mkdirSync(join(other, 'src'), { recursive: true });
  writeFileSync(join(other, 'src', file), file);
  sandbox.git(['add', '.'], other);
  sandbox.git(['commit', '--quiet', '--message', file], other);
  sandbox.git(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`], other);
  sandbox.git(['fetch', '--quiet', 'origin']);
  return sandbox.git(['rev-parse', 'HEAD'], other);
}

const say = async (...args: string[]) =>
  (await runCli(clones.sandbox, args, { env: { GIT_CLAIM_SESSION: 'ada' } })).transcript.replace(/exit 0\n$/, '');

test('a claim continues the branch that its order has at a remote, and says so', async () => {
  const tip = pushed('order-1', 'half');
  expect(await say('ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      origin/order-1, <commit>, whose unmerged work it continues
      next      git claim complete ORDER-1, when its work is done
    "
  `);
  expect(clones.sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  expect(await say('check', 'ORDER-1')).not.toContain('lacks');
  // Somebody goes on there.
  pushed('order-1', 'more', 'origin/order-1');
  expect(await say('check', 'ORDER-1')).toContain('origin/order-1 has 1 commit on ORDER-1 that your branch lacks');
});

test('also a branch that is named for an older title; but not one of somebody, nor one of several, nor a merged one', async () => {
  const old = pushed('order-1-old-title', 'half');
  const theirs = pushed('feature/ORDER-2/import', 'two');
  const several = [pushed('order-3-one', 'one'), pushed('order-3-other', 'other')];
  pushed('order-4', 'four');
  pushed('main', 'five', 'origin/order-4');
  const said = await say('ORDER-1', 'ORDER-2', 'ORDER-3', 'ORDER-4');
  expect(said).toMatchInlineSnapshot(`
    "$ git claim ORDER-1 ORDER-2 ORDER-3 ORDER-4
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1-old-title
      from      origin/order-1-old-title, <commit>, whose unmerged work it continues
      next      git claim complete ORDER-1, when its work is done
    ORDER-2 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-2   branch order-2
      from      origin/main, <commit>
      next      git claim complete ORDER-2, when its work is done
    ORDER-3 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-3   branch order-3
      from      origin/main, <commit>
      next      git claim complete ORDER-3, when its work is done
    ORDER-4 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-4   branch order-4
      from      origin/main, <commit>
      next      git claim complete ORDER-4, when its work is done
    stderr:
    warn   branch origin/feature/ORDER-2/import has unmerged work on ORDER-2
    warn   branch origin/order-3-one has unmerged work on ORDER-3
    warn   branch origin/order-3-other has unmerged work on ORDER-3
    "
  `);
  const { git } = clones.sandbox;
  expect(git(['rev-parse', 'order-1-old-title'])).toBe(old);
  expect([theirs, ...several]).not.toContain(git(['rev-parse', 'order-2']));
});

test('a claim killed before it made its branch continues the same one', async () => {
  const tip = pushed('order-1', 'half');
  await runCli(clones.sandbox, ['ORDER-1'], {
    env: { GIT_CLAIM_SESSION: 'ada', GIT_CLAIM_CRASH_AT: 'before git check-ref-format' },
  });
  const { git } = clones.sandbox;
  const isThere = git(['for-each-ref', 'refs/heads/order-1']) !== '';
  expect(isThere).toBe(false);
  await say('ORDER-1');
  expect(git(['rev-parse', 'order-1'])).toBe(tip);
});

test('the newest default branch that is here is the base; what has diverged, or is out of date, is said', async () => {
  const newest = pushed('main', 'newer');
  expect(await say('ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      origin/main, <commit>
      next      git claim complete ORDER-1, when its work is done
    "
  `);
  const { git } = clones.sandbox;
  expect(git(['rev-parse', 'order-1'])).toBe(newest);
  expect(await say('--on', 'main', 'ORDER-2')).toContain('from      main, <commit>');
  git(['commit', '--quiet', '--allow-empty', '--message', 'here only']);
  expect(await say('ORDER-3')).toMatchInlineSnapshot(`
    "$ git claim ORDER-3
    ORDER-3 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-3   branch order-3
      from      main, <commit>
      next      git claim complete ORDER-3, when its work is done
    stderr:
    warning: main and origin/main have diverged: 1 commit of origin/main is not in main
    "
  `);
  pushed('trunk', 'trunk', 'origin/main');
  pushed('master', 'renamed', 'origin/main');
  git(['reset', '--quiet', '--hard', 'origin/main']);
  expect(await say('ORDER-4')).toMatchInlineSnapshot(`
    "$ git claim ORDER-4
    ORDER-4 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-4   branch order-4
      from      origin/master, <commit>
      next      git claim complete ORDER-4, when its work is done
    stderr:
    warning: origin/HEAD names origin/main, and origin/master is newer: git remote set-head origin --auto corrects that
    "
  `);
  git(['remote', 'set-head', 'origin', 'trunk']);
  expect(await say('ORDER-5')).toContain('from      origin/trunk, <commit>');
  git(['update-ref', '-d', 'refs/remotes/origin/trunk']);
  expect(await say('ORDER-6')).toMatchInlineSnapshot(`
    "$ git claim ORDER-6
    ORDER-6 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-6   branch order-6
      from      main, <commit>
      next      git claim complete ORDER-6, when its work is done
    stderr:
    warning: origin/HEAD names origin/trunk, which is gone: git remote set-head origin --auto corrects that
    "
  `);
  expect(await say('check')).toContain('warning: origin/HEAD names origin/trunk, which is gone');
});
