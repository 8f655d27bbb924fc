import { describe, expect, test } from 'vitest';
import { DEFAULT_ID_PATTERN } from '../../../src/core/ids.ts';
import type { Order } from '../../../src/core/orders/order.ts';
import { priorityOf } from '../../../src/core/orders/priorities.ts';
import { type FrontMatter, readOrder } from '../../../src/core/orders/read-order.ts';
import { statusOf } from '../../../src/core/orders/status-words.ts';

function order(fields: FrontMatter | null, file = 'orders/ORDER-1.md'): Order | null {
  return readOrder({ file, fields, heading: 'A heading', trouble: null }, DEFAULT_ID_PATTERN);
}

test.each([
  ['draft', 'draft'],
  ['Ready', 'ready'],
  ['To Do', 'ready'],
  ['todo', 'ready'],
  ['open', 'ready'],
  ['in_progress', 'in_progress'],
  ['In Progress', 'in_progress'],
  ['in-progress', 'in_progress'],
  ['○ In Progress', 'in_progress'],
  ['Human Review', 'in_progress'],
  ['complete', 'complete'],
  ['✔ Done', 'complete'],
  ["Won't Do", 'complete'],
  ['Canceled', 'complete'],
  ['blocked', 'draft'],
  ['Frobnicated', null],
  ['constructor', null],
])('status %j is %s', (word, status) => {
  expect(statusOf(word)).toBe(status);
});

test.each([
  ['1', 1],
  ['2', 2],
  ['0', null],
  ['urgent', 1],
  ['High', 2],
  ['medium', 3],
  ['P0', 1],
  ['p3', 4],
  ['', null],
  ['soon', null],
  ['-1', null],
])('priority %j is %s', (text, priority) => {
  expect(priorityOf(text)).toBe(priority);
});

describe('the id', () => {
  test.each([
    ['orders/ORDER-143-fix-login.md', {}, 'ORDER-143'],
    ['orders/order-143.md', {}, 'ORDER-143'],
    ['backlog/tasks/task-12 - Title-of-it.md', {}, 'TASK-12'],
    ['backlog/tasks/back-217.02 - x.md', {}, 'BACK-217.02'],
    ['orders/ORDER-143-2-more.md', {}, 'ORDER-143'],
    ['orders/ORDER-143.2.md', {}, 'ORDER-143.2'],
    ['orders/fix.md', { id: 'ORDER-7' }, 'ORDER-7'],
    ['orders/fix.md', { Identifier: 'eng-7' }, 'ENG-7'],
    ['orders/ORDER-1.md', { id: 'ORDER-7' }, 'ORDER-7'],
    ['orders/ORDER-1.md', { id: '12' }, 'ORDER-1'],
    ['orders/ORDER-1.md', { id: ['ORDER-7'] }, 'ORDER-1'],
    ['orders/ORDER-1b.md', {}, undefined],
    ['orders/README.md', {}, undefined],
    ['orders/2026-11-21-ORDER-1.md', {}, undefined],
    ['orders/ORDER-1.lock.md', { id: 'ORDER-1.lock' }, 'ORDER-1'],
    ['orders/x.md', { id: '../ORDER-1' }, undefined],
  ])('of %s with %j is %s', (file, fields, id) => {
    expect(order(fields, file)?.id).toBe(id);
  });
});

test('a file as Backlog.md writes it', () => {
  const fields = {
    id: 'TASK-12',
    title: 'Show the hierarchy',
    status: 'In Progress',
    assignee: ['@codex'],
    created_date: '2026-08-17 07:26',
    labels: ['web', 'ui'],
    dependencies: ['task-4', 'TASK-3'],
    priority: 'high',
    modified_files: ['src/web/a.ts'],
  };
  expect(order(fields, 'backlog/tasks/task-12 - Show-the-hierarchy.md')).toEqual({
    id: 'TASK-12',
    spelling: 'TASK-12',
    title: 'Show the hierarchy',
    status: 'in_progress',
    statusWord: 'In Progress',
    priority: 2,
    labels: ['web', 'ui'],
    dependsOn: ['TASK-4', 'TASK-3'],
    paths: ['src/web/a.ts'],
    linear: null,
    createdMs: Date.UTC(2026, 7, 17, 7, 26),
    file: 'backlog/tasks/task-12 - Show-the-hierarchy.md',
    trouble: null,
  });
});

test('a file that holds a Linear issue, and one in the words of Symphony', () => {
  const linear = {
    identifier: 'ENG-7',
    state: { name: 'Todo', type: 'unstarted' },
    priority: { value: '1', name: 'Urgent' },
    labels: [{ name: 'bug' }],
    blocked_by: [{ id: 'f00d', identifier: 'ENG-5', state: 'Done' }],
    createdAt: '2026-08-17T07:26:00.000Z',
    external: { linear: 'ENG-7' },
  };
  expect(order(linear, 'issues/seven.md')).toMatchObject({
    id: 'ENG-7',
    status: 'ready',
    priority: 1,
    labels: ['bug'],
    dependsOn: ['ENG-5'],
    linear: 'ENG-7',
    createdMs: Date.UTC(2026, 7, 17, 7, 26),
  });
});

test('a dependency that is no id is kept, for it blocks', () => {
  const dependsOn = (value: FrontMatter[string]) => order({ depends_on: value })?.dependsOn;
  expect(dependsOn('ORDER-2, order-3')).toEqual(['ORDER-2', 'ORDER-3']);
  expect(dependsOn(['[[ORDER-2]]', 'the login rework', 'ORDER-2', ''])).toEqual(['ORDER-2', 'the login rework']);
  expect(dependsOn('none')).toEqual([]);
  expect(dependsOn(Array.from({ length: 5_000 }, (_, n) => `ORDER-${n}`))?.length).toBe(200);
});

test('nothing that a file says reaches the terminal or another object', () => {
  const evil = JSON.parse(
    '{"__proto__": {"status": "ready"}, "constructor": "x", "title": "a\\u001b[31m\\nb", "labels": {"name": "x"}}',
  );
  const read = order(evil);
  expect(read).toMatchObject({ title: 'a [31m b', status: null, labels: [] });
  expect(({} as Record<string, unknown>)['status']).toBeUndefined();
});
