import { expect, test } from 'vitest';
import type { Stay } from '../../../src/core/check/facts.ts';
import { byChanger } from '../../../src/core/check/stays.ts';

const file = (path: string, firstMs: number | null, lastMs = firstMs) => ({
  path,
  isDeleted: firstMs === null,
  modifiedMs: lastMs,
  changed: firstMs === null || lastMs === null ? null : { firstMs, lastMs },
});
const stay = (session: string, fromMs: number, untilMs = Number.POSITIVE_INFINITY): Stay => ({ session, fromMs, untilMs });

test('each file is by the one session that was there when it last changed, and otherwise by nobody known', () => {
  const stays = [stay('alice', 10, 19), stay('bob', 20, 30), stay('bob', 25), stay('carol', 40, 50)];
  const by = (...times: Parameters<typeof file>[]) =>
    Object.fromEntries(
      [
        ...byChanger(
          times.map((one) => file(...one)),
          stays,
        ),
      ].map(([who, files]) => [who, files.length]),
    );
  expect(by(['before', 9], ['first', 10], ['last', 19], ['second', 20], ['third', 35])).toEqual({ null: 1, alice: 2, bob: 2 });
  // Two were there; nobody was; it was deleted.
  expect(by(['both', 45], ['between', 19.5], ['gone', null])).toEqual({ null: 3 });
  // A folder whose files changed throughout a stay, before it, and through two stays.
  expect(by(['a/', 11, 18], ['b/', 5, 18], ['c/', 18, 21], ['d/', 26, 39])).toEqual({ alice: 1, null: 2, bob: 1 });
  expect(
    [...byChanger([file('x', 35), file('y', 1), file('z', 26)], stays)].map(([who, files]) => [who, files[0]?.path]),
  ).toEqual([
    ['bob', 'x'],
    [null, 'y'],
  ]);
});
