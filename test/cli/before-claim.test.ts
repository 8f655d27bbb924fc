import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** @param files by name, each the front matter */
function withOrders(files: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(sandbox.repo, 'orders', `${name}.md`), `---\n${text}\n---\n`);
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  return sandbox;
}

async function say(sandbox: Sandbox, ...args: string[]): Promise<string> {
  return (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'ada' } })).transcript;
}

const orderFile = (sandbox: Sandbox, name: string) => readFileSync(join(sandbox.repo, 'orders', `${name}.md`), 'utf8');

test('a claim, a check and a status say what an order waits for, and that what it depends on was cancelled', async () => {
  const sandbox = withOrders({
    'ORDER-1': 'status: ready',
    'ORDER-2': "status: Won't do",
    'ORDER-3': 'status: ready\ndepends_on: [ORDER-1]',
    'ORDER-4': 'status: ready\ndepends_on: [ORDER-2]',
    'ORDER-5': 'status: ready\ndepends_on: [ORDER-2, ORDER-6, "#7"]',
    'ORDER-6': 'status: complete',
  });
  expect(await say(sandbox, 'next')).toMatchInlineSnapshot(`
    "$ git claim next
    ORDER-1  -
    ORDER-4  -  (depends on ORDER-2, whose work was never done: it is Won't do)
      next      git claim ORDER-1, or git claim next --claim
    passed over
      ORDER-3  waits for ORDER-1, which is ready
      ORDER-5  waits for GH-7, which has no file and no claim
      2 complete
    exit 0
    "
  `);
  for (const [order, said] of [
    ['ORDER-3', 'ORDER-3 waits for ORDER-1, which is ready'],
    ['ORDER-4', "ORDER-4 depends on ORDER-2, whose work was never done: it is Won't do"],
    ['ORDER-5', 'ORDER-5 waits for GH-7, which has no file and no claim'],
  ] as const) {
    expect(await say(sandbox, 'check', order)).toContain(`warn   ${said}`);
    expect(await say(sandbox, 'status', order)).toContain(`warning: ${said}`);
    expect(await say(sandbox, '--no-worktree', order)).toContain(`warn   ${said}`);
  }
  expect(await say(sandbox, '--no-worktree', 'ORDER-2')).toContain(
    "ORDER-2 was given up (Won't do), according to orders/ORDER-2.md",
  );
  const { stdout } = await runCli(sandbox, ['--json', '--no-worktree', 'ORDER-3'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'held' } });
});

test('the claims of others are asked before the files of what an order depends on', async () => {
  const sandbox = withOrders({
    'ORDER-1': 'status: ready',
    'ORDER-2': 'status: ready\ndepends_on: [ORDER-1, ORDER-3]',
    'ORDER-3': 'status: ready',
  });
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(await say(sandbox, 'check', 'ORDER-2')).toContain('ORDER-2 waits for ORDER-1, which bob holds');
  await runCli(sandbox, ['complete', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(await say(sandbox, 'check', 'ORDER-2')).toContain('ORDER-2 waits for ORDER-3, which is ready');
});

test.each([
  ['a tab', 'status: done\ntags:\n\t- scenes'],
  ['a star', 'title: *bold*\nstatus: done'],
  ['a key twice', 'status: ready\nstatus: Cancelled'],
  ['a list that nobody closed', 'state: Closed\nlabels: [a, b'],
])('a file that is broken by %s and says that its order is done refuses the claim, and is not written', async (_, text) => {
  const sandbox = withOrders({ 'ORDER-1': text });
  const before = orderFile(sandbox, 'ORDER-1');
  const said = await say(sandbox, 'ORDER-1');
  expect(said).toMatch(/^ORDER-1 (?:is already done|was given up \(Cancelled\)), according to orders\/ORDER-1\.md$/m);
  expect(said).toContain('exit 5');
  expect(said).toMatch(/^warn {3}orders\/ORDER-1\.md \(ORDER-1\) cannot be read: .*$/m);
  expect(await say(sandbox, 'status', 'ORDER-1')).toMatch(/according to orders\/ORDER-1\.md\n {2}next/);
  expect(await say(sandbox, '--reopen', 'ORDER-1')).toContain('ORDER-1 is yours');
  expect(await say(sandbox, 'complete', 'ORDER-1')).toContain('exit 0');
  expect(orderFile(sandbox, 'ORDER-1')).toBe(before);
});

test('a broken file that says nothing of the kind is named, claimed and left alone', async () => {
  const sandbox = withOrders({ 'ORDER-1': 'status: ready\ntags:\n\t- x' });
  const before = orderFile(sandbox, 'ORDER-1');
  expect(await say(sandbox, 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      main, <commit>
      next      git claim complete ORDER-1, when its work is done
    stderr:
    warn   orders/ORDER-1.md (ORDER-1) cannot be read: line 4: tab characters must not be used in indentation
    exit 0
    "
  `);
  await say(sandbox, 'release', 'ORDER-1');
  expect(orderFile(sandbox, 'ORDER-1')).toBe(before);
});

test('two files of one order are named by a claim, which writes into neither, whatever their names are', async () => {
  const sandbox = withOrders({
    'ORDER-1': 'id: ORDER-1\nstatus: ready',
    second: 'id: ORDER-1\nstatus: ready',
    'ORDER-2-one': 'status: ready',
    'ORDER-2-two': 'status: done',
    'ORDER-3': 'id: ORDER-3\nstatus: ready',
    'ORDER-9': 'id: order-3\nstatus: ready',
    'ORDER-5-x': 'id: ORDER-5\nstatus: ready',
    'ORDER-5-y': 'id: ORDER-6\nstatus: ready',
  });
  for (const [order, files] of [
    ['ORDER-1', 'orders/ORDER-1.md and orders/second.md'],
    ['ORDER-2', 'orders/ORDER-2-one.md and orders/ORDER-2-two.md'],
    ['ORDER-3', 'orders/ORDER-3.md and orders/ORDER-9.md'],
  ] as const) {
    expect(await say(sandbox, order)).toContain(`warn   ${files} are both ${order}: which one counts is unknown`);
    expect(await say(sandbox, 'check', order)).toContain(`warn   ${files} are both ${order}`);
    await say(sandbox, 'release', order);
  }
  expect(sandbox.git(['status', '--porcelain'])).toBe('');
  expect(await say(sandbox, 'ORDER-5')).not.toContain('both');
});

test('an order that was ever claimed is no legacy, whatever its file says', async () => {
  const sandbox = withOrders({ 'ORDER-1': 'status: in_progress', 'ORDER-2': 'status: in_progress' });
  sandbox.git(['config', 'claim.mirror', 'none']);
  await say(sandbox, '--no-worktree', 'ORDER-1');
  await say(sandbox, 'complete', 'ORDER-1');
  const list = await say(sandbox, 'list');
  expect(list).not.toContain('ORDER-1');
  expect(list).toContain('ORDER-2  legacy');
  expect(await say(sandbox, 'check', 'ORDER-1')).not.toContain('legacy: ORDER-1');
  expect(await say(sandbox, '--no-worktree', '--reopen', 'ORDER-1')).not.toContain('legacy');
  await say(sandbox, 'release', 'ORDER-1');
  expect(await say(sandbox, 'next')).toMatch(/ORDER-1:? +in progress by its file, but ada gave it back/);
  expect(await say(sandbox, '--no-worktree', 'ORDER-1')).not.toContain('legacy');
});

test('status says of an order that nobody holds what a claim would say, and refuse', async () => {
  const sandbox = withOrders({ 'ORDER-1': 'status: done' });
  expect(await say(sandbox, 'status', 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim status ORDER-1
    ORDER-1 is already done, according to orders/ORDER-1.md
      next      git claim --reopen ORDER-1, if its work must continue
    exit 0
    "
  `);
  expect(await say(sandbox, 'ORDER-1')).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    stderr:
    ORDER-1 is already done, according to orders/ORDER-1.md
      instead   pick another one: git claim next; if this work must continue, git claim --reopen ORDER-1
    exit 5
    "
  `);
  const { stdout } = await runCli(sandbox, ['status', 'ORDER-1', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ claims: [], warnings: [{ code: 'collision' }] });
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'ORDER-2: shipped', '--date=now']);
  sandbox.git(['branch', 'order-3-spike']);
  expect(await say(sandbox, 'status', 'ORDER-3')).not.toContain('warning');
  sandbox.git(['switch', '--quiet', 'order-3-spike']);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'spike']);
  sandbox.git(['switch', '--quiet', 'main']);
  expect(await say(sandbox, 'status', 'ORDER-3')).toContain('warning: branch order-3-spike has unmerged work on ORDER-3');
  expect(await say(sandbox, 'ORDER-3')).toContain('warn   branch order-3-spike has unmerged work on ORDER-3');
});

test('next passes over an order that was released when its branch was merged', async () => {
  const sandbox = withOrders({ 'ORDER-1': 'status: ready', 'ORDER-2': 'status: ready' });
  await say(sandbox, 'ORDER-1', 'ORDER-2');
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], `${sandbox.repo}.claims/ORDER-1`);
  await say(sandbox, 'release', 'ORDER-1', 'ORDER-2');
  expect(await say(sandbox, 'next')).toContain('\nORDER-1');
  sandbox.git(['checkout', '--quiet', '.']);
  sandbox.git(['merge', '--quiet', '--no-edit', 'order-1']);
  expect(await say(sandbox, 'next')).toMatchInlineSnapshot(`
    "$ git claim next
    ORDER-2  -
      next      git claim ORDER-2, or git claim next --claim
    passed over
      ORDER-1  ada gave it back, and its work is merged (branch order-1): claim it by name if work is left
    exit 0
    "
  `);
});

test('where several orders are claimed or completed together, each one that is refused has its reason', async () => {
  const sandbox = withOrders({ 'ORDER-1': 'status: ready', 'ORDER-2': 'status: done', 'ORDER-3': 'status: cancelled' });
  const bob = (...args: string[]) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'bob' } });
  await bob('--no-worktree', 'ORDER-1', 'ORDER-4');
  await bob('complete', 'ORDER-4');
  const said = await say(sandbox, 'ORDER-1', 'ORDER-4', 'ORDER-5');
  expect(said).toMatch(
    /ORDER-1 is held by bob since [^\n]*\nORDER-4 was completed by bob[^\n]*\nnothing was changed: several orders/,
  );
  expect(await say(sandbox, 'ORDER-2', 'ORDER-3')).toMatch(
    /ORDER-2 is already done, [^\n]*\nORDER-3 was given up \(cancelled\), /,
  );
  expect(await say(sandbox, 'complete', 'ORDER-1', 'ORDER-5')).toMatch(/do not hold ORDER-1[^\n]*\nyou do not hold ORDER-5/);
  const { stdout, code } = await runCli(sandbox, ['--json', 'ORDER-1', 'ORDER-4'], { env: { GIT_CLAIM_SESSION: 'ada' } });
  const { error } = JSON.parse(stdout) as { error: { others: object[] } };
  expect({ code, others: error.others }).toMatchObject({ code: 3, others: [{ order: 'ORDER-4', code: 'completed' }] });
  expect(sandbox.git(['for-each-ref', 'refs/claims/ORDER-5'])).toBe('');
});

test('a program learns why every order was passed over, also where none is ready', async () => {
  const sandbox = withOrders({
    'ORDER-1': 'status: in_progress',
    'ORDER-2': 'status: ready\ndepends_on: ORDER-1',
    'ORDER-3': 'status: done',
  });
  for (const more of [[], ['--claim']]) {
    const { stdout, code } = await runCli(sandbox, ['next', '--json', ...more], { env: { GIT_CLAIM_SESSION: 'ada' } });
    const { error } = JSON.parse(stdout) as { error: { orders: { order: string; verdict: string; why: string }[] } };
    expect(code).toBe(6);
    expect(error.orders.map(({ order, verdict }) => `${order} ${verdict}`)).toEqual(['ORDER-1 in-progress', 'ORDER-2 waiting']);
  }
});
