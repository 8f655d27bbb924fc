import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** A repository with a tracked file, and a function that runs commands in it. */
function place() {
  const sandbox = createSandbox();
  const write = (folder: string, files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  };
  write(sandbox.repo, { 'app.ts': '1', 'orders/ORDER-1.md': '---\nstatus: ready\n---\n' });
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'files']);
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript.replace(/exit 0\n$/, '');
  return { sandbox, write, say, tree: `${sandbox.repo}.claims/ORDER-1` };
}

test('work that is not committed keeps an order from being completed', async () => {
  const { sandbox, write, say, tree } = place();
  await say('alice', 'ORDER-1');
  write(tree, { 'app.ts': '2', 'new one.ts': '1', 'odd\n\u001b[31m': '1', 'orders/ORDER-1.md': '---\nstatus: done\n---\n' });
  sandbox.git(['mv', 'app.ts', 'main.ts'], tree);
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    stderr:
    error: ORDER-1 stays yours: it has work that is not committed: app.ts, main.ts, new one.ts, odd\\x0a\\x1b[31m
      hint    commit it in <dir>/my äpp.claims/ORDER-1 (or stash it there), then git claim complete ORDER-1; git claim release ORDER-1 gives it back unfinished
    exit 4
    "
  `);
  sandbox.git(['stash', '--quiet'], tree);
  sandbox.git(['stash', 'apply', '--quiet', '--index'], tree);
  sandbox.git(['add', '--all', '--', ':!orders'], tree);
  sandbox.git(['commit', '--quiet', '--message', 'work'], tree);
  expect(await say('bob', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    stderr:
    you do not hold ORDER-1: alice holds it since <when>
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      next      only its holder completes it; a person takes it over first: git claim take ORDER-1 --reason <why>
    exit 4
    "
  `);
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    ORDER-1 is completed; its work is on branch order-1
      next      merge it (git merge order-1, or push it and open a pull request), then git claim worktree remove ORDER-1
    stderr:
    warning: ORDER-1: left uncommitted: orders/ORDER-1.md
    warning: ORDER-1: a stash made on order-1 is in no commit of it: git stash list
    "
  `);
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    ORDER-1 is completed already
      next      git claim worktree remove ORDER-1
    "
  `);
});

test('an order without a commit, and one on another branch, are completed with a warning', async () => {
  const { sandbox, say, tree } = place();
  await say('alice', 'ORDER-1');
  sandbox.git(['switch', '--quiet', '--create', 'elsewhere'], tree);
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    ORDER-1 is completed; its work is on branch order-1
      next      git claim worktree remove ORDER-1
    stderr:
    warning: ORDER-1: its worktree is on elsewhere, not on order-1
    warning: ORDER-1: nothing was committed for it since it was claimed
    "
  `);
});

test('in the main tree unknown files may be anybody’s', async () => {
  const { sandbox, write, say } = place();
  await say('alice', '--no-worktree', 'ORDER-1');
  write(sandbox.repo, { 'notes.txt': 'mine?', 'app.ts': '2', 'orders/ORDER-7.md': '---\nstatus: draft\n---\n' });
  expect(await say('alice', 'complete')).toContain('error: ORDER-1 stays yours: it has work that is not committed: app.ts\n');
  sandbox.git(['commit', '--quiet', '--all', '--message', 'work']);
  expect(await say('alice', 'complete')).toMatchInlineSnapshot(`
    "$ git claim complete
    ORDER-1 is completed
      next      git claim next finds other work
    stderr:
    warning: ORDER-1: left uncommitted: notes.txt
    "
  `);
});

test('all or none: one dirty tree keeps the other order from being completed too', async () => {
  const { write, say, tree } = place();
  await say('alice', 'ORDER-1', 'ORDER-2');
  write(tree, { 'app.ts': '2' });
  expect(await say('alice', 'complete', 'ORDER-2', 'ORDER-1')).toContain('error: ORDER-1 stays yours: it has work');
  expect(await say('alice', 'list')).toMatch(/ORDER-1 .*active.*\nORDER-2 .*active/);
});

/** A claimed order with a commit on its branch, and one that waits for it. */
async function begun() {
  const all = place();
  const { sandbox, write, say, tree } = all;
  write(sandbox.repo, { 'orders/ORDER-2.md': '---\nstatus: ready\ndepends_on: [ORDER-1]\n---\n' });
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  await say('alice', 'ORDER-1');
  const commit = (file: string) => {
    write(tree, { [file]: '1' });
    sandbox.git(['add', '.'], tree);
    sandbox.git(['commit', '--quiet', '--message', file], tree);
  };
  commit('first');
  const field = (name: string) =>
    sandbox.git(['for-each-ref', `--format=%(contents:trailers:key=${name},valueonly)`, 'refs/claims/ORDER-1']).trim();
  return { ...all, commit, field, isNext: async () => (await say('bob', 'next')).includes('git claim ORDER-2') };
}

/** Each takes the work to another branch than the order's; the second one named has it in the end. */
const ELSEWHERE: readonly [name: string, steps: readonly (readonly string[])[], branch: string][] = [
  ['renamed', [['branch', '-m', 'feat/better-name']], 'feat/better-name'],
  ['left', [['switch', '--quiet', '--create', 'feat/x']], 'feat/x'],
  [
    'left and deleted',
    [
      ['switch', '--quiet', '--create', 'feat/x'],
      ['branch', '--quiet', '-D', 'order-1'],
    ],
    'feat/x',
  ],
  ['left for a detached HEAD', [['switch', '--quiet', '--detach']], 'order-1'],
];

test.each(ELSEWHERE)(
  'if the branch was %s, the work is where HEAD is, and what depends on it waits',
  async (_, steps, branch) => {
    const { sandbox, say, tree, commit, field, isNext } = await begun();
    for (const step of steps) sandbox.git(step, tree);
    commit('second');
    const head = sandbox.git(['rev-parse', 'HEAD'], tree);
    expect(await say('alice', 'complete', 'ORDER-1')).toContain('what was committed there counts as its work');
    expect([field('Tip'), field('Branch')]).toEqual([head, branch]);
    expect(await isNext()).toBe(false);
    expect(await say('bob', 'status', 'ORDER-1')).toContain('not yet');
    sandbox.git(['merge', '--quiet', head]);
    expect(await isNext()).toBe(true);
  },
);

test.each([
  ['the default branch', ['switch', '--quiet', '--ignore-other-worktrees', 'main']],
  ['a branch of another order', ['switch', '--quiet', '--create', 'order-7-other']],
  ['an older commit of its branch', ['switch', '--quiet', '--detach', 'HEAD~1']],
])('a worktree that is on %s does not hide the work on the branch', async (_, step) => {
  const { sandbox, say, tree, field, isNext } = await begun();
  sandbox.git(step as string[], tree);
  expect(await say('alice', 'complete', 'ORDER-1')).toContain('not on order-1');
  expect([field('Tip'), field('Branch')]).toEqual([sandbox.git(['rev-parse', 'order-1']), 'order-1']);
  expect(await isNext()).toBe(false);
});

test('work on a detached HEAD is on no branch: complete, status and the removal name the ref that keeps it', async () => {
  const { sandbox, say, tree, commit } = await begun();
  sandbox.git(['switch', '--quiet', '--detach'], tree);
  commit('second');
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    ORDER-1 is completed; its work is not on branch order-1: refs/claim-done/ORDER-1 keeps it
      next      merge it (git merge refs/claim-done/ORDER-1), or put it on its branch (git branch -f order-1 refs/claim-done/ORDER-1), then git claim worktree remove ORDER-1
    stderr:
    warning: ORDER-1: its worktree is on no branch, not on order-1: what was committed there counts as its work
    "
  `);
  expect(await say('alice', 'status', 'ORDER-1')).toContain('not on its branch: git merge refs/claim-done/ORDER-1 takes it in');
  expect(await say('alice', 'worktree', 'remove', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim worktree remove ORDER-1
    removed ../my äpp.claims/ORDER-1
      the finished work is not on its branch, and not merged: git merge refs/claim-done/ORDER-1 takes it in
    "
  `);
  sandbox.git(['branch', '-f', 'order-1', 'refs/claim-done/ORDER-1']);
  expect(await say('alice', 'status', 'ORDER-1')).not.toContain('not on its branch');
  sandbox.git(['merge', '--quiet', 'refs/claim-done/ORDER-1']);
  expect(await say('alice', 'status', 'ORDER-1')).toMatch(/merged +yes/);
});

test('work on two branches is not completed as if it were one', async () => {
  const { sandbox, say, tree, commit } = await begun();
  sandbox.git(['switch', '--quiet', '--create', 'feat/x', 'HEAD~1'], tree);
  commit('second');
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim complete ORDER-1
    stderr:
    error: ORDER-1 has work on order-1 that feat/x of its worktree lacks, and the other way round
      hint    in <dir>/my äpp.claims/ORDER-1: git merge order-1, or git switch order-1 if only that is the work; then complete it
    exit 4
    "
  `);
  sandbox.git(['merge', '--quiet', '--no-edit', 'order-1'], tree);
  expect(await say('alice', 'complete', 'ORDER-1')).toContain('what was committed there counts as its work');
});

test('a released worktree on a renamed branch is continued as it is', async () => {
  const { sandbox, say, tree } = await begun();
  sandbox.git(['branch', '-m', 'feat/better-name'], tree);
  await say('alice', 'release', 'ORDER-1');
  expect(await say('bob', 'ORDER-1')).toContain('branch feat/better-name');
  expect(sandbox.git(['branch', '--list', 'order-1'])).toBe('');
});

test('what git status overlooks is named: hidden edits, and work in a submodule; where all is safe, such a worktree goes', async () => {
  const { sandbox, write, say, tree } = place();
  const trusting = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet'];
  sandbox.git(['clone', '--quiet', sandbox.repo, join(sandbox.dir, 'lib')]);
  sandbox.git([...trusting, 'add', join(sandbox.dir, 'lib'), 'lib']);
  sandbox.git(['commit', '--quiet', '--message', 'lib']);
  sandbox.git(['config', 'diff.ignoreSubmodules', 'all']);
  await say('alice', 'ORDER-1', 'ORDER-2');
  for (const order of ['ORDER-1', 'ORDER-2']) sandbox.git([...trusting, 'update', '--init'], join(tree, '..', order));
  expect(await say('alice', 'complete', 'ORDER-2')).not.toMatch(/left uncommitted|submodule/);
  expect(await say('alice', 'worktree', 'remove', 'ORDER-2')).toContain('removed ../my äpp.claims/ORDER-2');
  sandbox.git(['update-index', '--assume-unchanged', 'app.ts'], tree);
  write(tree, { 'app.ts': '2', 'lib/app.ts': '3' });
  const completed = await say('alice', 'complete', 'ORDER-1');
  expect(completed).toContain('warning: ORDER-1: left uncommitted: app.ts, whose changes git was told to overlook');
  expect(completed).toContain('warning: ORDER-1: lib is a submodule, with changes that are not committed');
  expect(await say('alice', 'worktree', 'remove', 'ORDER-1')).toContain('exit 4');
});
