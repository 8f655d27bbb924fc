import { expect, test } from 'vitest';
import { commitsTakenIn } from '../../../src/core/check/history.ts';
import type { Oid } from '../../../src/core/ids.ts';

const oid = (name: string) => name.repeat(40) as Oid;
const commit = (name: string, branch: string | null, atMs: number) => ({ oid: oid(name), branch, atMs });

test('work has taken in what is below its tip, but not what others commit on its own branch meanwhile', () => {
  // a - b - c on main; d on a branch from b, which has merged e.
  const parents = new Map([
    [oid('b'), [oid('a')]],
    [oid('c'), [oid('b')]],
    [oid('d'), [oid('b'), oid('e')]],
  ]);
  const commits = [commit('a', 'main', 1_000), commit('b', 'main', 5_000), commit('c', 'main', 9_000), commit('e', null, 9_000)];
  const had = (tip: string | null, branch: string | null, sinceMs: number | null) =>
    [...commitsTakenIn({ tip: tip === null ? null : oid(tip), branch, sinceMs }, commits, parents)]
      .map(([first]) => first)
      .join('');
  expect(had('d', 'order-1', 0)).toBe('abe');
  expect(had('b', 'order-1', null)).toBe('ab');
  expect(had('c', 'main', 6_000)).toBe('ab');
  expect(had('c', 'main', 5_999)).toBe('a');
  expect(had('c', 'main', null)).toBe('');
  expect([had(null, 'order-1', 0), had('f', 'order-1', 0)]).toEqual(['', '']);
});
