import { expect, test } from 'vitest';
import type { CloneId, Oid } from '../../../src/core/ids.ts';
import { decodeBeat, encodeBeat } from '../../../src/core/liveness/beat.ts';
import { markOf } from '../../../src/core/liveness/mark.ts';

const [CLONE, OTHER] = ['c1'.repeat(16) as CloneId, 'c2'.repeat(16) as CloneId];
const TAGGER = { name: 'Ada <x>', email: 'ada@example.com', epochSeconds: 1_795_270_925 };
const NOTHING = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as Oid;
const oid = (number: number) => number.toString(16).padStart(40, '0').split('').reverse().join('') as Oid;

test('a beat says which records it vouches for, and is no larger than a record however many they are', () => {
  const few = new Set([1, 2, 3, 4, 5, 6, 7].map((number) => markOf(oid(number))));
  const body = encodeBeat({ clone: CLONE, count: 17, vouches: few }, 'ab'.repeat(16), NOTHING, TAGGER);
  expect(decodeBeat(body, CLONE)).toEqual({ clone: CLONE, count: 17, vouches: few });
  const many = new Set(Array.from({ length: 10_000 }, (_, number) => markOf(oid(number))));
  const large = encodeBeat({ clone: CLONE, count: 18, vouches: many }, 'ab'.repeat(16), NOTHING, TAGGER);
  expect(large.length).toBeLessThan(64 * 1024);
  expect(decodeBeat(large, CLONE)?.vouches.size).toBe(2_500);
});

test.each([
  ['of another clone', (body: string) => body.replaceAll(CLONE, OTHER)],
  ['without a count', (body: string) => body.replace(/^Claim-Beat.*\n/m, '')],
  ['with a count that is none', (body: string) => body.replace(/^Claim-Beat: .*$/m, 'Claim-Beat: 1 2')],
  ['of a megabyte', (body: string) => body + 'x'.repeat(1_000_000)],
  ['of nothing', () => ''],
])('one %s is none', (_, change) => {
  const body = encodeBeat({ clone: CLONE, count: 1, vouches: new Set() }, 'ab'.repeat(16), NOTHING, TAGGER);
  expect(decodeBeat(body, CLONE)).not.toBeNull();
  expect(decodeBeat(change(body), CLONE)).toBeNull();
});
