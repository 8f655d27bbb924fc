import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/*
 * Which branches are an order's: its own, those named for it, the one its worktree is on by now, and the one of finished work.
 */

const AGENT = { CLAUDE_CODE_SESSION_ID: '7f3a21aa-0000-4000-8000-000000000000' };
const SAID = (order: string) => `this branch is named for ${order}: alice holds it since`;

/** What git says to a person who types this into a terminal. */
function typed({ env }: Sandbox, args: readonly string[], cwd: string): string {
  return spawnSync('script', ['-qec', `git ${args.join(' ')}`, '/dev/null'], { cwd, env, encoding: 'utf8' }).stdout;
}

async function held(mode: 'soft' | 'hard') {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  const claim = async (session: string, ...args: string[]) =>
    expect(await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).toMatchObject({ code: 0 });
  await claim('alice', 'ORDER-1');
  await claim('bob', 'ORDER-2');
  const tree = (order: string) => join(sandbox.dir, 'my äpp.claims', order);
  const commit = ['commit', '--quiet', '--allow-empty', '--message', 'x'];
  return { sandbox, claim, tree, commit };
}

test.each(['order-1-mine', 'claude/order-1-login', 'jane/order-1-title', 'feature/ORDER-001', 'worktree-order-1'])(
  'the same work twice, on a branch of one’s own called %s',
  async (branch) => {
    const { sandbox, commit } = await held('hard');
    sandbox.git(['switch', '--quiet', '--create', branch]);
    const refused = git(sandbox, commit, { env: AGENT });
    expect(refused).toEqual({ code: 1, out: expect.stringContaining(`refused: ${SAID('ORDER-1')}`) });
    expect(refused.out).toContain('git branch -m <name>, if this is other work');
    const skipped = git(sandbox, [...commit, '--no-verify'], { env: AGENT });
    expect(skipped).toEqual({ code: 1, out: expect.stringContaining(`refused: ${SAID('ORDER-1')}`) });
    // People decide themselves, named or not, and are told; a machine's own jobs are left alone.
    const told = { code: 0, out: expect.stringContaining(`warning: ${SAID('ORDER-1')}`) };
    expect(git(sandbox, commit, { session: 'carol' })).toEqual(told);
    expect(git(sandbox, commit)).toEqual({ code: 0, out: '' });
    sandbox.git(['config', 'claim.mode', 'soft']);
    expect(git(sandbox, commit, { env: AGENT })).toEqual({
      code: 0,
      out: expect.stringContaining(`warning: ${SAID('ORDER-1')}`),
    });
  },
);

test('what only looks like an order, or is an order of one’s own, is nobody else’s', async () => {
  const { sandbox, commit, tree } = await held('hard');
  for (const branch of ['release-1', 'fix-utf-8', 'ada/no-order', 'v1.0-2'])
    for (const env of [{}, AGENT]) {
      sandbox.git(['switch', '--quiet', '--force-create', branch, 'main']);
      expect({ branch, env, ...git(sandbox, commit, { env }) }).toEqual({ branch, env, code: 0, out: '' });
    }
  const own = { cwd: tree('ORDER-2'), session: 'bob' };
  expect(git(sandbox, ['branch', '-m', 'order-2-after-order-1'], own)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, commit, own)).toEqual({ code: 0, out: '' });
});

test.each([
  ['renamed', ['branch', '-m', 'feat/better-name']],
  ['left for a new one', ['switch', '--quiet', '--create', 'feat/better-name']],
])('an order’s worktree whose branch was %s is still that order’s', async (_, args) => {
  const { sandbox, commit, tree } = await held('hard');
  const alice = { cwd: tree('ORDER-1'), session: 'alice' };
  expect(git(sandbox, args, alice)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, commit, alice)).toEqual({ code: 0, out: '' });
  const trailers = () => sandbox.git(['log', '-1', '--format=%(trailers:only,unfold,separator=%x2C)', 'feat/better-name']);
  expect(trailers()).toBe('Order: ORDER-1,Claim-Session: alice');
  expect(git(sandbox, commit, { ...alice, session: 'bob' })).toEqual({
    code: 1,
    out: expect.stringContaining('order-1 is the branch of ORDER-1: alice holds it since'),
  });
  const tip = sandbox.git(['rev-parse', 'feat/better-name']);
  for (const move of [
    ['update-ref', 'refs/heads/feat/better-name', 'main'],
    ['branch', '-D', 'feat/better-name'],
    ['fetch', '-q', '.', '+main:feat/better-name'],
  ])
    expect({ move, ...git(sandbox, move, { session: 'bob' }) }).toMatchObject({
      move,
      code: expect.toSatisfy((code) => code !== 0),
    });
  expect(sandbox.git(['rev-parse', 'feat/better-name'])).toBe(tip);
  expect(git(sandbox, ['reset', '-q', '--hard', 'main'], alice)).toEqual({ code: 0, out: '' });
});

test('another session that switches away in an order’s worktree is told whose it is, and the worktree stays that order’s', async () => {
  const { sandbox, commit, tree } = await held('soft');
  const there = { cwd: tree('ORDER-1') };
  const left = git(sandbox, ['switch', '-q', '-c', 'bobs'], { ...there, session: 'bob' });
  expect(left).toEqual({
    code: 0,
    out: expect.stringContaining('warning: this worktree is for ORDER-1, and no longer on its branch: alice holds it since'),
  });
  expect(git(sandbox, commit, { ...there, session: 'bob' }).out).toContain('is the branch of ORDER-1');
  expect(git(sandbox, ['switch', '-q', 'order-1'], { ...there, session: 'alice' })).toEqual({ code: 0, out: '' });
  expect(git(sandbox, commit, { ...there, session: 'alice' })).toEqual({ code: 0, out: '' });
});

test('in the main worktree, a claim is left with its branch', async () => {
  const { sandbox, claim, commit } = await held('hard');
  sandbox.git(['switch', '--quiet', '--create', 'order-3']);
  await claim('carol', '--no-worktree', 'ORDER-3');
  const carol = { session: 'carol' };
  expect(git(sandbox, ['switch', '--quiet', 'main'], carol)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, commit, { session: 'dave' })).toEqual({ code: 0, out: '' });
});

test('the branch of a completed order stays where it is until its work is merged, except for its last holder', async () => {
  const { sandbox, claim, tree, commit } = await held('hard');
  const alice = { cwd: tree('ORDER-1'), session: 'alice' };
  stage(sandbox, 'work', 'x', tree('ORDER-1'));
  expect(git(sandbox, ['commit', '--quiet', '--message', 'precious'], alice)).toEqual({ code: 0, out: '' });
  const tip = sandbox.git(['rev-parse', 'order-1']);
  expect(git(sandbox, ['claim', 'complete'], alice)).toMatchObject({ code: 0 });
  const kept = sandbox.git(['for-each-ref', '--format=%(objectname)', 'refs/claim-done/ORDER-1']);
  if (kept === '') sandbox.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claim-done/ORDER-1', tip]);
  for (const env of [AGENT, { GIT_CLAIM_SESSION: 'bob' }, {}])
    for (const [args, cwd] of [
      [['reset', '-q', '--hard', 'main'], tree('ORDER-1')],
      [['branch', '-f', 'order-1', 'main'], sandbox.repo],
      [['update-ref', '-d', 'refs/heads/order-1'], sandbox.repo],
      [['update-ref', '-d', 'refs/claim-done/ORDER-1'], sandbox.repo],
    ] as const) {
      const moved = git(sandbox, args, { cwd, env });
      expect({ args, env, ...moved }).toMatchObject({ args, env, code: expect.toSatisfy((code) => code !== 0) });
      expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
      sandbox.git(['-c', 'core.hooksPath=/dev/null', 'reset', '-q', '--hard'], tree('ORDER-1'));
    }
  expect(git(sandbox, ['update-ref', 'refs/heads/order-1', 'main'], { session: 'bob' }).out).toContain(
    'ORDER-1 was completed by alice and is not merged yet, so its branch stays where it is',
  );
  // An agent that is not its last holder may not reopen it, and is not told to.
  const refused = git(sandbox, commit, { cwd: tree('ORDER-1'), env: AGENT });
  expect(refused.out).toContain('this branch is named for ORDER-1, which was completed');
  expect(refused.out).not.toContain('reopen');
  // The branch may not be renamed either; another one may begin there.
  expect(refused.out).toContain('git switch -c <name>, if this is other work');
  expect(git(sandbox, ['switch', '-q', '-c', 'other'], { cwd: tree('ORDER-1'), env: AGENT })).toEqual({ code: 0, out: '' });
  expect(git(sandbox, commit, { cwd: tree('ORDER-1'), env: AGENT })).toMatchObject({ code: 0 });
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'switch', '-q', 'order-1'], tree('ORDER-1'));
  // A person at a terminal tidies up what is finished.
  expect(typed(sandbox, ['commit', '-q', '--amend', '--no-edit'], tree('ORDER-1'))).not.toContain('git claim');
  expect(git(sandbox, ['update-ref', 'refs/heads/order-1', tip], alice)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, ['merge', '-q', 'order-1'], { session: 'bob' })).toMatchObject({ code: 0 });
  await claim('bob', 'list');
  expect(git(sandbox, ['update-ref', 'refs/heads/order-1', `${tip}~1`], { session: 'bob' })).toEqual({ code: 0, out: '' });
});

test('path claims and statuses hold where pre-commit is skipped; a merge that brings them in is warned of', async () => {
  const { sandbox, claim, tree, commit } = await held('hard');
  mkdirSync(join(sandbox.repo, 'orders'));
  stage(sandbox, 'orders/ORDER-9.md', '---\ntitle: Nine\nstatus: ready\n---\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'orders']);
  const bob = { cwd: tree('ORDER-2'), session: 'bob' };
  stage(sandbox, 'auth', 'bob', tree('ORDER-2'));
  expect(git(sandbox, ['commit', '-q', '-m', 'auth'], bob)).toEqual({ code: 0, out: '' });
  await claim('alice', 'path', 'auth');
  const taken = { code: 1, out: expect.stringContaining('refused: auth is claimed by alice since') };
  stage(sandbox, 'auth', 'again', tree('ORDER-2'));
  expect(git(sandbox, ['commit', '-q', '--no-verify', '-m', 'x'], bob)).toEqual(taken);
  expect(git(sandbox, ['commit', '-q', '--no-verify', '-m', 'x'], { ...bob, session: 'alice' }).out).not.toContain(
    'auth is claimed',
  );
  sandbox.git(['reset', '-q', '--hard'], tree('ORDER-2'));
  sandbox.git(['switch', '-q', '-c', 'free']);
  expect(git(sandbox, ['cherry-pick', 'order-2'], { session: 'carol' })).toEqual({ ...taken, code: 128 });
  expect(git(sandbox, ['cherry-pick', '--abort'], { session: 'carol' })).toMatchObject({ code: 0 });
  const merged = git(sandbox, ['merge', '-q', '--no-ff', '-m', 'merge', 'order-2'], { session: 'carol' });
  expect(merged).toEqual({ code: 0, out: expect.stringContaining('warning: auth is claimed by alice') });
  expect(merged.out).not.toContain('restore --staged');
  stage(sandbox, 'orders/ORDER-9.md', '---\ntitle: Nine\nstatus: in_progress\n---\n');
  expect(git(sandbox, [...commit, '--no-verify'], { env: AGENT }).out).toContain('refused: orders/ORDER-9.md says in_progress');
});
