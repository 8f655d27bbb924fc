import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

function place() {
  const sandbox = createSandbox();
  const write = (file: string, text: string, folder = sandbox.repo) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const read = (file: string) =>
    readFileSync(join(sandbox.repo, file), 'utf8').replace(/2\d{3}-\d\d-\d\d([T ])\d\d:\d\d(:\d\dZ)?/, '<day>$1<time>');
  const say = async (...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'alice' } })).transcript.replace(/exit 0\n$/, '');
  return { sandbox, write, read, say };
}

test('a draft beside its parent, under the next number that nobody has anywhere', async () => {
  const { sandbox, write, read, say } = place();
  write('orders/web/ORDER-3-login.md', '---\ntitle: Fix the login\nstatus: ready\n---\n');
  write('orders/ORDER-5.md', '---\nstatus: ready\n---\n');
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  expect(await say('follow-up', 'ORDER-3', '--title', 'Retry: the "importer" on 429', '--blocked')).toMatchInlineSnapshot(`
    "$ git claim follow-up ORDER-3 --title 'Retry: the "importer" on 429' --blocked
    ORDER-6 filed as a draft, and waits for ORDER-3
      file      orders/web/ORDER-6-retry-the-importer-on-429.md
      next      describe it there, and set its status to ready when it may begin
    "
  `);
  expect(read('orders/web/ORDER-6-retry-the-importer-on-429.md')).toMatchInlineSnapshot(`
    "---
    id: ORDER-6
    title: "Retry: the \\"importer\\" on 429"
    status: draft
    created: <day>T<time>
    parent: ORDER-3
    depends_on: [ORDER-3]
    ---

    Found while working on ORDER-3.
    "
  `);
  // One only on another branch, one only in another worktree, one claimed without a file.
  sandbox.git(['switch', '--quiet', '--create', 'side']);
  write('orders/deep/er/order-8-side.md', '');
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'side']);
  sandbox.git(['switch', '--quiet', 'main']);
  expect(await say('follow-up', 'ORDER-3', '--title', 'Next')).toContain('ORDER-9 filed as a draft');
  const linked = join(sandbox.dir, 'linked');
  sandbox.git(['worktree', 'add', '--quiet', linked]);
  write('orders/ORDER-11.md', '', linked);
  expect(await say('follow-up', 'ORDER-3', '--title', 'Next')).toContain('ORDER-12 filed');
  await say('--no-worktree', 'ORDER-20');
  expect(await say('follow-up', 'ORDER-3', '--title', 'Next')).toContain('ORDER-21 filed');
  rmSync(join(sandbox.repo, 'orders/web/ORDER-21-next.md'));
  expect(await say('follow-up', '--title', 'From here')).toContain('ORDER-22 filed as a draft\n');
  expect(await say('log', 'ORDER-22')).toMatch(/filed +alice +generation 1 +From here/);
  expect(await say('next')).toContain('3 in draft');
  expect(read('orders/web/ORDER-22-from-here.md')).toContain('\nstatus: draft\n');
});

test('in the format of its parent', async () => {
  const { sandbox, write, read, say } = place();
  sandbox.git(['config', 'claim.orders', 'backlog/{tasks,completed}/*.md']);
  const task = (id: string) =>
    `---\r\nid: ${id}\r\ntitle: T\r\nstatus: To Do\r\ncreated_date: '2026-01-02 03:04'\r\nassignee:\r\n  - '@ada'\r\nlabels: []\r\ndependencies: []\r\n---\r\n\r\n## Description\r\n\r\n<!-- SECTION:DESCRIPTION:BEGIN -->\r\nIt.\r\n<!-- SECTION:DESCRIPTION:END -->\r\n`;
  write('backlog/tasks/task-012 - A-thing.md', task('TASK-012'));
  write('backlog/completed/task-011 - Old.md', task('TASK-011').replace('To Do', 'Done'));
  expect(await say('follow-up', 'task-012', '--title', 'Ünïcode & more', '--blocked')).toContain('set its status to To Do when');
  expect(read('backlog/tasks/task-013 - Unicode-more.md')).toBe(
    `---\r\nid: TASK-013\r\ntitle: "Ünïcode & more"\r\nstatus: Draft\r\nassignee: []\r\ncreated_date: '<day> <time>'\r\nlabels: []\r\nparent_task_id: TASK-012\r\ndependencies: [TASK-012]\r\n---\r\n\r\n## Description\r\n\r\n<!-- SECTION:DESCRIPTION:BEGIN -->\r\nFound while working on TASK-012.\r\n<!-- SECTION:DESCRIPTION:END -->\r\n`,
  );
  expect(await say('follow-up', 'TASK-011', '--title', '漢字')).toContain('/tasks/task-014.md\n');
});

test('what cannot be followed up, and titles that say anything', async () => {
  const { write, say, read } = place();
  write('orders/ORDER-1.md', '---\nstatus: ready\n---\n');
  expect(await say('follow-up', 'ORDER-1')).toContain('error: a follow-up needs a title\n');
  expect(await say('follow-up', 'ORDER-1', 'ORDER-2', '--title', 'x')).toContain('error: a follow-up belongs to one order\n');
  expect(await say('follow-up', '--title', 'x')).toContain('exit 129');
  await say('follow-up', 'ORDER-1', '--title', '../../x\n---\nstatus: ready\u001b[31m $(touch y) `z`');
  const text = read('orders/ORDER-2-x-status-ready-31m-touch-y-z.md');
  expect(text).toContain('title: "../../x --- status: ready [31m $(touch y) `z`"\nstatus: draft\n');
});
