import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

type Line = readonly [session: string, args: readonly string[]];

function prepared(files: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(sandbox.repo, 'orders', `${name}.md`), `---\n${text}\n---\n`);
  return sandbox;
}

async function say(sandbox: Sandbox, ...lines: readonly Line[]): Promise<string> {
  let whole = '';
  for (const [session, args] of lines) {
    const { transcript, code } = await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
    whole += `${session}${code === 0 ? transcript.replace(/exit 0\n$/, '') : transcript}\n`;
  }
  return whole;
}

const FILES = {
  'ORDER-1-login': 'title: Fix the login\nstatus: ready\npriority: high',
  'ORDER-2': 'title: Rework the importer\nstatus: ready\ndepends_on: ORDER-1',
  'ORDER-3': 'title: Old habits\nstatus: in_progress',
  'ORDER-4': 'title: An idea\nstatus: draft',
  'ORDER-5': 'title: Retry on 429\nstatus: ready\npriority: low',
  'ORDER-6': 'status: ready\ndepends_on: ORDER-7',
  'ORDER-7': 'status: ready\ndepends_on: ORDER-6',
  'ORDER-8': 'status: complete',
};

test('what is next, until nothing is', async () => {
  const sandbox = prepared(FILES);
  expect(
    await say(
      sandbox,
      ['alice', ['next']],
      ['alice', ['next', '--claim']],
      ['bob', ['ORDER-1']],
      ['bob', ['next', '-n', '1']],
      ['bob', ['next', '--claim', '--no-worktree']],
      ['carol', ['next', '--claim']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim next
    ORDER-1  high  Fix the login
    ORDER-5  low   Retry on 429
      next      git claim ORDER-1, or git claim next --claim
    passed over
      ORDER-2  waits for ORDER-1, which is ready
      ORDER-3  in progress by its file, but nobody claimed it
      ORDER-6  waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      ORDER-7  waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      1 in draft, 1 complete

    alice$ git claim next --claim
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1-fix-the-login
      from      main, <commit>
      next      git claim complete ORDER-1, when its work is done
    stderr:
    warning: orders/ORDER-1-login.md shows the claim, and git does not see that: a filter is installed in this repository; git claim init --uninstall removes it

    bob$ git claim ORDER-1
    stderr:
    ORDER-1 is held by alice since <when>, last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-1   branch order-1-fix-the-login
      instead   ORDER-5 is free: git claim ORDER-5
    exit 3

    bob$ git claim next -n 1
    ORDER-5  low  Retry on 429
      next      git claim ORDER-5, or git claim next --claim
    passed over
      ORDER-1  held by alice, last heartbeat <age> ago
      ORDER-2  waits for ORDER-1, which alice holds
      ORDER-3  in progress by its file, but nobody claimed it
      ORDER-6  waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      ORDER-7  waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      1 in draft, 1 complete

    bob$ git claim next --claim --no-worktree
    ORDER-5 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      next      git claim complete ORDER-5, when its work is done

    carol$ git claim next --claim
    stderr:
    error: no order is ready and free
      ORDER-1: held by alice, last heartbeat <age> ago
      ORDER-2: waits for ORDER-1, which alice holds
      ORDER-3: in progress by its file, but nobody claimed it
      ORDER-5: held by bob, last heartbeat <age> ago
      ORDER-6: waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      ORDER-7: waits for itself: ORDER-6 -> ORDER-7 -> ORDER-6
      1 draft, 1 complete
      hint    git claim list shows who works on what
    exit 6

    "
  `);
});

test('a completed order lets others begin when its branch is merged, or at once where that is configured', async () => {
  const sandbox = prepared({ 'ORDER-1': 'status: ready', 'ORDER-2': 'status: ready\ndepends_on: ORDER-1' });
  const tree = `${sandbox.repo}.claims/ORDER-1`;
  await say(sandbox, ['alice', ['ORDER-1']]);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  await say(sandbox, ['alice', ['complete', 'ORDER-1']]);
  const [refused, merged] = [await say(sandbox, ['bob', ['next']]), sandbox.git(['merge', '--quiet', 'order-1'])];
  expect(refused).toMatchInlineSnapshot(`
    "bob$ git claim next
    stderr:
    error: no order is ready and free
      ORDER-1: completed by alice, not merged yet (branch order-1)
      ORDER-2: waits for ORDER-1, which is completed but not merged (branch order-1)
      hint    git claim list shows who works on what
    exit 6

    "
  `);
  expect(merged).toBe('');
  expect(await say(sandbox, ['bob', ['next']])).toMatchInlineSnapshot(`
    "bob$ git claim next
    ORDER-2  -
      next      git claim ORDER-2, or git claim next --claim
    passed over
      1 complete

    "
  `);
  sandbox.git(['reset', '--quiet', '--hard', 'HEAD~1']);
  expect(await say(sandbox, ['bob', ['next']])).toBe(refused);
  sandbox.git(['config', 'claim.readyAt', 'complete']);
  expect(await say(sandbox, ['bob', ['next']])).toContain('\nORDER-2  -');
});

test('work past git-claim on a branch that is named for the order is not started twice', async () => {
  const sandbox = prepared({ 'ORDER-1': 'status: ready', 'ORDER-2': 'status: ready' });
  sandbox.git(['switch', '--quiet', '--create', 'ada/order-1-fix']);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work']);
  sandbox.git(['switch', '--quiet', 'main']);
  expect(await say(sandbox, ['bob', ['next']])).toMatchInlineSnapshot(`
    "bob$ git claim next
    ORDER-2  -
      next      git claim ORDER-2, or git claim next --claim
    passed over
      ORDER-1  nobody claimed it, but there is unmerged work (branch ada/order-1-fix)

    "
  `);
});

test('the order of a silent holder comes last, is challenged and then taken', async () => {
  const sandbox = prepared({ 'ORDER-1': 'status: ready\npriority: 1', 'ORDER-2': 'status: ready' });
  const lease = { heartbeat: '300ms', staleAfter: '600ms', grace: '400ms', expireAfter: '1200ms' };
  for (const [key, value] of Object.entries(lease)) sandbox.git(['config', `claim.${key}`, value]);
  await say(sandbox, ['alice', ['ORDER-1']], ['alice', ['release', 'ORDER-1']], ['alice', ['ORDER-1']]);
  await sleep(700);
  expect(await say(sandbox, ['bob', ['next']])).toMatch(
    /\nORDER-2 {2}- *\nORDER-1 {2}urgent {2}\(held by alice, silent for \ds, .*\)\n {2}next {6}git claim ORDER-2,/,
  );
  expect(await say(sandbox, ['bob', ['next', '--claim']])).toContain('ORDER-2 is yours');
  const refused = await say(sandbox, ['carol', ['next', '--claim']]);
  expect(refused).toMatch(/\nexit 6\n/);
  expect(refused).toContain('git claim --wait ORDER-1 waits until its silent holder answers');
  expect(sandbox.git(['cat-file', '-p', 'refs/claims/ORDER-1'])).toContain('\nChallenge: carol ');
  await sleep(700);
  expect(await say(sandbox, ['carol', ['next', '--claim']])).toMatch(
    /ORDER-1 is yours \(generation 3.*\n {2}taken {5}from alice/,
  );
});

test('an order about a path that another session claims is passed over', async () => {
  const sandbox = prepared({
    'ORDER-1': 'status: ready\npriority: 1\npaths: [src/auth/**]',
    'ORDER-2': 'status: ready\npriority: 2\npaths: [docs]',
  });
  await say(sandbox, ['alice', ['path', 'src']]);
  expect(await say(sandbox, ['bob', ['next']])).toMatchInlineSnapshot(`
    "bob$ git claim next
    ORDER-2  high
      next      git claim ORDER-2, or git claim next --claim
    passed over
      ORDER-1  waits for src, which alice claimed: last heartbeat <age> ago

    "
  `);
});

test('an order whose worktree cannot be made is given back, and the next one claimed; when there is none, that is said', async () => {
  const sandbox = prepared({ 'ORDER-1': 'status: ready\npriority: 1', 'ORDER-2': 'status: ready\npriority: 2' });
  const occupy = (order: string) => {
    mkdirSync(`${sandbox.repo}.claims/${order}`, { recursive: true });
    writeFileSync(`${sandbox.repo}.claims/${order}/file`, 'of somebody');
  };
  occupy('ORDER-1');
  expect(await say(sandbox, ['bob', ['next', '--claim']], ['bob', ['status', 'ORDER-1']])).toMatchInlineSnapshot(`
    "bob$ git claim next --claim
    ORDER-2 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-2   branch order-2
      from      main, <commit>
      next      git claim complete ORDER-2, when its work is done
    stderr:
    warning: the worktree of ORDER-1 could not be made: '<dir>/my äpp.claims/ORDER-1' already exists (ORDER-1 given back)

    bob$ git claim status ORDER-1
    ORDER-1 was released by you, generation 1
      note      given back: the worktree of ORDER-1 could not be made
      worktree  ../my äpp.claims/ORDER-1 is gone
      next      git claim ORDER-1

    "
  `);
  await say(sandbox, ['bob', ['release', 'ORDER-2']]);
  sandbox.git(['worktree', 'remove', '--force', `${sandbox.repo}.claims/ORDER-2`]);
  occupy('ORDER-2');
  expect(await say(sandbox, ['carol', ['next', '--claim']])).toMatchInlineSnapshot(`
    "carol$ git claim next --claim
    stderr:
    error: no worktree could be made
      the worktree of ORDER-1 could not be made: '<dir>/my äpp.claims/ORDER-1' already exists (ORDER-1 given back)
      the worktree of ORDER-2 could not be made: '<dir>/my äpp.claims/ORDER-2' already exists (ORDER-2 given back)
      hint    fix that and run the command again, or claim for this worktree: git claim --no-worktree ORDER-1
    exit 128

    "
  `);
});

test('of many orders that are not free the first are named and the others counted; programs read it in one line', async () => {
  const files = Array.from({ length: 15 }, (_, at) => [`ORDER-${at + 10}`, 'status: in_progress']);
  const sandbox = prepared(Object.fromEntries(files));
  const lines = (await runCli(sandbox, ['next'])).stderr.split('\n');
  expect(lines.slice(11)).toEqual([
    '  ORDER-20: in progress by its file, but nobody claimed it',
    '  ORDER-21: in progress by its file, but nobody claimed it',
    '  3 more in-progress',
    '  hint    git claim list shows who works on what',
    '',
  ]);
  const { error } = JSON.parse((await runCli(sandbox, ['next', '--json'])).stdout);
  expect(error.message).toMatch(/^no order is ready and free \(ORDER-10: in progress .*; 3 more in-progress\)$/);
});

test('a missing folder is said, and so is one that nobody configured', async () => {
  const sandbox = createSandbox();
  expect(await say(sandbox, ['bob', ['next']])).toMatchInlineSnapshot(`
    "bob$ git claim next
    stderr:
    error: there are no order files: orders/ not found in the main worktree
      hint    git config claim.orders says where they are, such as 'backlog/tasks/*.md'; any order can be claimed by its id without a file
    exit 6

    "
  `);
});

test('files can say anything', async () => {
  const sandbox = prepared({
    'ORDER-1 \u001b[31m': 'title: "\\e]0;owned\\a\\u202e"\nstatus: ready',
    'ORDER-2\n': 'status: "\\e[2J"\nlabels: [',
    'ORDER-3$(touch x)': 'status: ready\ndepends_on: "\\e[31m; rm -rf"',
  });
  expect(await say(sandbox, ['bob', ['next']])).toMatchInlineSnapshot(`
    "bob$ git claim next
    ORDER-1  -  ]0;owned
      next      git claim ORDER-1, or git claim next --claim
    passed over
      ORDER-2  line 4: deficient indentation
      ORDER-3  waits for [31m; rm -rf, which has no file and no claim
    stderr:
    warning: orders/ORDER-2\\x0a.md (ORDER-2) cannot be read: line 4: deficient indentation

    "
  `);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  expect((await runCli(sandbox, ['next', '--json'])).stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
