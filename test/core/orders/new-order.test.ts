import { expect, test } from 'vitest';
import {
  highestNumber,
  newOrderFile,
  newOrderText,
  numberOf,
  type ParentFile,
  spelled,
} from '../../../src/core/orders/new-order.ts';

test.each([
  ['ORDER-143', 'ORDER-', '143', 'ORDER-144'],
  ['task-012', 'task-', '012', 'task-144'],
  ['BACK-217.02', 'BACK-', '217', 'BACK-144'],
  ['A1-7', 'A1-', '7', 'A1-144'],
  ['0056', '', '0056', '0144'],
])('%s is followed by its prefix and a number', (id, prefix, digits, next) => {
  expect(numberOf(id)).toEqual({ prefix, digits });
  expect(spelled({ prefix, digits }, 144)).toBe(next);
});

test('an id without a number has none to follow', () => {
  expect(numberOf('bd-a1b')).toBe(null);
});

test('the highest number counts in names and ids of any case, and in no other prefix', () => {
  const texts = ['ORDER-9', 'order-12-fix.md', 'ORDER-7.30', 'REORDER-99', 'ORDERS-98', 'ORDER-x', 'task-97.md'];
  expect(highestNumber('order-', texts)).toBe(12);
  expect(highestNumber('NEW-', texts)).toBe(0);
});

test('a tool whose ids are digits alone reads them as texts', () => {
  const like: ParentFile = {
    order: { file: 'tasks/cli/056-config.md', spelling: '056', statusWord: 'pending' },
    head: '---\nid: "056"\nstatus: pending\ndependencies: []\ncreated: 2026-02-12\n---\n',
  };
  const own = { spelling: '057', title: 'Next', parent: '056', isBlocked: true, now: '2026-11-21T14:02:05Z' };
  expect(newOrderText(own, like)).toBe(
    '---\nid: "057"\ntitle: "Next"\nstatus: draft\ncreated: 2026-11-21\nparent: "056"\ndependencies: ["056"]\n---\n\nFound while working on 056.\n',
  );
  expect(newOrderFile('057', 'Next', 'tasks/cli', like)).toBe('tasks/cli/057-next.md');
});
