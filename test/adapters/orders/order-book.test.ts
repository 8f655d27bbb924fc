import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitBranches } from '../../../src/adapters/git/history/branches.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { openOrders } from '../../../src/adapters/orders/open-orders.ts';
import { DEFAULT_REF_PREFIX } from '../../../src/core/claim/refs.ts';
import { DEFAULT_ID_PATTERN, type OrderId } from '../../../src/core/ids.ts';
import type { OrderBook } from '../../../src/ports/order-book.ts';
import { orderTrouble } from '../../../src/text/order-trouble.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

type Files = Readonly<Record<string, string>>;

function write(sandbox: Sandbox, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(sandbox.repo, dirname(file)), { recursive: true });
    writeFileSync(join(sandbox.repo, file), text);
  }
}

async function bookOf(sandbox: Sandbox, cwd = sandbox.repo): Promise<OrderBook> {
  const repository = await openRepository(cwd, sandbox.env);
  return openOrders(repository, () => new GitBranches(repository, async () => null, DEFAULT_REF_PREFIX), DEFAULT_ID_PATTERN);
}

const FILES: Files = {
  'orders/ORDER-1-fix-login.md': '---\ntitle: Fix the login\nstatus: ready\n---\n# Other\n',
  'orders/sub/second.md': '\ufeff---\r\nid: order-2\r\ntitle: "Second: it"\r\nstatus: done\r\n---\r\n',
  'orders/ORDER-3.md': '# Only a heading\n',
  'orders/ORDER-4.md': '---\ntitle: Broken list\nlabels: [a\nstatus: ready\n---\n',
  'orders/README.md': '# How we write orders\n',
  'orders/nameless.md': '---\ntitle: I mean to be one\nstatus: ready\n---\n',
  'orders/.hidden/ORDER-9.md': '---\nstatus: ready\n---\n',
  'orders/ORDER-8.txt': 'no markdown',
};

const READ = {
  orders: [
    { id: 'ORDER-1', title: 'Fix the login', status: 'ready', file: 'orders/ORDER-1-fix-login.md', trouble: null },
    { id: 'ORDER-3', title: 'Only a heading', status: null, file: 'orders/ORDER-3.md', trouble: null },
    {
      id: 'ORDER-4',
      title: 'Broken list',
      status: null,
      file: 'orders/ORDER-4.md',
      trouble: { kind: 'yaml', line: 4, reason: 'deficient indentation' },
    },
    { id: 'ORDER-2', title: 'Second: it', status: 'complete', file: 'orders/sub/second.md', trouble: null },
  ],
  unnamed: [{ file: 'orders/nameless.md', trouble: { kind: 'no-id' } }],
  missing: [],
};

describe.each([
  ['the main worktree', (_: Sandbox) => undefined],
  [
    'branch main',
    (sandbox: Sandbox) => {
      sandbox.git(['config', 'claim.ordersFrom', 'main']);
      sandbox.git(['add', '--all']);
      sandbox.git(['commit', '--quiet', '--message', 'orders']);
      sandbox.git(['rm', '-r', '--quiet', 'orders']);
    },
  ],
])('read from %s', (_, prepare) => {
  test('every file is an order, none is lost, and what is broken is named', async () => {
    const sandbox = createSandbox();
    write(sandbox, FILES);
    prepare(sandbox);
    const book = await bookOf(sandbox);
    expect(await book.read()).toMatchObject(READ);
    const { titles, count } = await book.find(['ORDER-1', 'ORDER-2', 'ORDER-4', 'ORDER-77'] as OrderId[]);
    expect(count).toBeGreaterThan(3);
    expect([...titles].sort()).toEqual([
      ['ORDER-1', 'Fix the login'],
      ['ORDER-2', 'Second: it'],
      ['ORDER-4', 'Broken list'],
    ]);
    expect(book.titles(['ORDER-1'] as OrderId[])).toEqual(new Map([['ORDER-1', 'Fix the login']]));
  });

  test('a folder that is not there is told from an empty one', async () => {
    const sandbox = createSandbox();
    write(sandbox, { 'orders/README.md': '' });
    sandbox.git(['config', '--add', 'claim.orders', 'orders/**/*.md']);
    sandbox.git(['config', '--add', 'claim.orders', 'backlog/{tasks,completed}/*.md']);
    prepare(sandbox);
    expect(await (await bookOf(sandbox)).read()).toMatchObject({ orders: [], missing: ['backlog'] });
  });
});

test('a linked worktree reads the files of the main one, a bare repository those of its default branch', async () => {
  const sandbox = createSandbox();
  write(sandbox, { 'orders/ORDER-1.md': '---\nstatus: ready\n---\n' });
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  const linked = join(sandbox.dir, 'linked');
  sandbox.git(['worktree', 'add', '--quiet', linked]);
  write(sandbox, { 'orders/ORDER-1.md': '---\nstatus: complete\n---\n' });
  expect((await (await bookOf(sandbox, linked)).read()).orders).toMatchObject([{ status: 'complete' }]);
  const bare = join(sandbox.dir, 'bare.git');
  sandbox.git(['clone', '--quiet', '--bare', sandbox.repo, bare]);
  const list = await (await bookOf(sandbox, bare)).read();
  expect(list).toMatchObject({ orders: [{ status: 'ready' }], place: 'branch main' });
});

test('several globs, braces and character classes are globs', async () => {
  const sandbox = createSandbox();
  const text = '---\nstatus: To Do\n---\n';
  write(sandbox, {
    'backlog/tasks/task-1 - One.md': text,
    'backlog/completed/task-2 - Two.md': text,
    'backlog/archive/tasks/task-3 - Three.md': text,
    'work/7/ENG-7.md': text,
    'work/x/ENG-8.md': text,
  });
  sandbox.git(['config', '--add', 'claim.orders', 'backlog/{tasks,completed}/*.md']);
  sandbox.git(['config', '--add', 'claim.orders', './work/[0-9]/*.md']);
  const { orders } = await (await bookOf(sandbox)).read();
  expect(orders.map(({ id }) => id).sort()).toEqual(['ENG-7', 'TASK-1', 'TASK-2']);
});

test('what everybody writes without quotes is understood', async () => {
  const sandbox = createSandbox();
  write(sandbox, {
    'orders/ORDER-1.md':
      "---\ntitle: Fix: it's the login: now  \r\nassignee: @ada\nlabels:\n  - @web\n  - plain\nstatus: To Do\n---\n",
    'orders/ORDER-2.md': '---\ntitle: `code` first\nblocked_by:\n  - identifier: ORDER-1\n    state: Todo\nstatus: ready\n---\n',
  });
  expect((await (await bookOf(sandbox)).read()).orders).toMatchObject([
    { title: "Fix: it's the login: now", labels: ['@web', 'plain'], status: 'ready', trouble: null },
    { title: '`code` first', dependsOn: ['ORDER-1'], trouble: null },
  ]);
});

test('hostile front matter: bounded time, an order all the same, and the reason', async () => {
  const sandbox = createSandbox();
  const bomb = [...Array(12).keys()].map((n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}x]`).join('\n');
  write(sandbox, {
    'orders/ORDER-1.md': `---\na0: &a0 [x]\n${bomb}\nlabels: *a12\nstatus: ready\n---\n`,
    'orders/ORDER-2.md': '---\nstatus: ready\nstatus: complete\n---\n',
    'orders/ORDER-3.md': '---\n__proto__: {status: ready}\ntitle: "x\\e[31m\\n\\0y"\n---\n',
    'orders/ORDER-4.md': `---\ntitle: long\nx: ${'y'.repeat(10_000_000)}\n---\n`,
    'orders/ORDER-5.md': `---\n${'['.repeat(16_000)}\n---\n`,
    'orders/ORDER-6.md': '---\n<<: {status: ready}\ntitle: Merge\n---\n',
    'orders/ORDER-7.md': '---\n\tstatus: ready\n---\n',
    'orders/ORDER-8.md': '---\nstatus: ready\n',
    'orders/ORDER-9.md': '---\nself: &s {id: *s}\ndepends_on: &d [*d, ORDER-1]\nstatus: ready\n---\n',
    'orders/ORDER-10.md': '---\n- a list\n---\n',
    'orders/ORDER-11.md': '\0\xff\xfe---\nbinary',
    'orders/ORDER-12.md': `---\nx: |\n${' \n'.repeat(8_000)}---\n`,
    'orders/ORDER-13.md': '---\nstatus: !!js/function ready\ndate: 2026-13-45\n---\n',
  });
  execFileSync('mkfifo', [join(sandbox.repo, 'orders/ORDER-14.md')]);
  symlinkSync('/nowhere', join(sandbox.repo, 'orders/ORDER-15.md'));
  symlinkSync('..', join(sandbox.repo, 'orders/loop'));
  const start = performance.now();
  const { orders } = await (await bookOf(sandbox)).read();
  expect(performance.now() - start).toBeLessThan(3_000);
  const seen = new Map(orders.map(({ id, status, trouble }) => [id as string, `${status}, ${trouble && orderTrouble(trouble)}`]));
  expect(Object.fromEntries(seen)).toMatchInlineSnapshot(`
    {
      "ORDER-1": "ready, null",
      "ORDER-10": "null, its front matter is not a list of keys and values",
      "ORDER-11": "null, null",
      "ORDER-12": "null, null",
      "ORDER-13": "null, line 2: unknown scalar tag !<tag:yaml.org,2002:js/function>",
      "ORDER-14": "null, it cannot be read (ESPIPE)",
      "ORDER-15": "null, it cannot be read (ENOENT)",
      "ORDER-2": "null, line 3: duplicated mapping key",
      "ORDER-3": "null, null",
      "ORDER-4": "null, its front matter is longer than 16 KB",
      "ORDER-5": "null, line 2: nesting exceeded maxDepth (10)",
      "ORDER-6": "null, null",
      "ORDER-7": "null, line 2: end of the stream or a document separator is expected",
      "ORDER-8": "null, no line --- ends its front matter",
      "ORDER-9": "ready, null",
    }
  `);
  expect(orders.find(({ id }) => id === ('ORDER-3' as OrderId))?.title).toBe('x [31m y');
  expect(orders.length).toBe(15);
});

test('reading changes no file', async () => {
  const sandbox = createSandbox();
  write(sandbox, FILES);
  const state = () =>
    readdirSync(join(sandbox.repo, 'orders')).map(
      (name) => name.endsWith('.md') && readFileSync(join(sandbox.repo, 'orders', name), 'hex'),
    );
  const before = state();
  await (await bookOf(sandbox)).read();
  expect(state()).toEqual(before);
});

test.each([`orders/${'*a'.repeat(16)}b.md`, `orders/${'?*'.repeat(16)}b.md`])(
  'a pattern that backtracks for ever, %s, is refused in time',
  async (glob) => {
    const sandbox = createSandbox();
    write(sandbox, { [`orders/${'a'.repeat(120)}.md`]: '---\nid: ORDER-1\n---\n', 'orders/b.md': '' });
    sandbox.git(['config', 'claim.orders', glob]);
    const began = performance.now();
    await expect((await bookOf(sandbox)).read()).rejects.toMatchObject({ failure: { kind: 'orders-pattern', text: glob } });
    expect(performance.now() - began).toBeLessThan(5_000);
  },
);

test('a pattern with many wildcards that is sound matches what it says', async () => {
  const sandbox = createSandbox();
  write(sandbox, { 'orders/ORDER-1-a-b-c.md': '---\nstatus: ready\n---\n', 'orders/ORDER-2.md': '---\nstatus: ready\n---\n' });
  sandbox.git(['config', 'claim.orders', 'orders/*-*-*-*.md']);
  expect((await (await bookOf(sandbox)).read()).orders.map(({ id }) => id)).toEqual(['ORDER-1']);
});
