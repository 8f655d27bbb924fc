import { expect, test } from 'vitest';
import type { ClaimRecord } from '../../../src/core/claim/record.ts';
import type { Oid, OrderId } from '../../../src/core/ids.ts';
import { formatInstant } from '../../../src/core/time.ts';
import { tenuresOf } from '../../../src/core/verify/tenures.ts';
import { type KnownHistory, mismatches, type SignedCommit } from '../../../src/core/verify/verify.ts';

const MINUTE = 60_000;
const ORDER = 'ORDER-1' as OrderId;

/** A history in words, the oldest first: `ada claims at 0`, `bob takes at 60`, minutes after the epoch. */
function history(...words: readonly string[]): ClaimRecord[] {
  const STATES = {
    claims: 'active',
    takes: 'active',
    blocks: 'blocked',
    releases: 'released',
    completes: 'completed',
    abandons: 'abandoned',
  };
  return words
    .map((line) => {
      const [id = '', verb = 'claims', , minute] = line.split(' ');
      const state = STATES[verb as keyof typeof STATES];
      return {
        state,
        holder: { id, key: `key:${id}` },
        recordedAt: formatInstant(Number(minute) * MINUTE),
      } as unknown as ClaimRecord;
    })
    .reverse();
}

const commit = (minute: number, session: string | null, orders: readonly string[] = [ORDER], isMerge = false): SignedCommit => ({
  oid: String(minute).padStart(40, 'a') as Oid,
  atMs: minute * MINUTE,
  orders: orders as OrderId[],
  session,
  isMerge,
});

function found(
  commits: readonly SignedCommit[],
  records: readonly ClaimRecord[] | string | null,
  branchOrders: readonly string[] = [],
) {
  const known: KnownHistory | null =
    records === null ? null : typeof records === 'string' ? { kind: 'unclear', why: records } : { kind: 'records', records };
  const histories = new Map(known === null ? [] : [[ORDER, known] as const]);
  return mismatches(commits, histories, branchOrders as OrderId[]).map(
    ({ severity, kind, commit: oid, holder }) =>
      `${severity} ${kind}${oid === null ? '' : ` ${Number(oid.replaceAll('a', ''))}`}${holder === null ? '' : ` (${holder})`}`,
  );
}

test('who held an order when', () => {
  const records = history(
    'ada claims at 0',
    'ada blocks at 5',
    'bob takes at 60',
    'bob releases at 90',
    'ada claims at 100',
    'ada completes at 110',
  );
  expect(
    tenuresOf(records).map(({ session, fromMs, untilMs, end }) => [session, fromMs / MINUTE, untilMs && untilMs / MINUTE, end]),
  ).toEqual([
    ['ada', 0, 60, 'taken'],
    ['bob', 60, 90, 'released'],
    ['ada', 100, 110, 'completed'],
  ]);
  expect(tenuresOf([])).toEqual([]);
  expect(tenuresOf(history('ada releases at 3'))).toEqual([]);
});

const LIVE = history('ada claims at 10');
const TAKEN = history('ada claims at 10', 'bob takes at 60');

test.each<[string, readonly SignedCommit[], readonly ClaimRecord[] | string | null, readonly string[]]>([
  ['as it should be', [commit(30, 'ada'), commit(20, 'ada')], LIVE, []],
  ['clocks that differ by some minutes', [commit(7, 'ada')], LIVE, []],
  ['completed since', [commit(20, 'ada')], history('ada claims at 10', 'ada completes at 30'), []],
  ['an order that nobody claimed', [commit(20, 'ada')], null, ['block unclaimed 20']],
  ['a claim that is not understood', [commit(20, 'ada')], 'a newer git-claim wrote it', ['block unclear 20']],
  ['no session', [commit(20, null)], LIVE, ['warn unsigned 20']],
  ['another session', [commit(20, 'eve')], LIVE, ['block taken (ada)', 'block no-holder 20 (ada)']],
  ['before the claim', [commit(1, 'ada')], LIVE, ['warn early 1']],
  ['after a takeover', [commit(70, 'ada')], TAKEN, ['block taken (bob)', 'block late 70 (bob)']],
  ['before a takeover, which the branch does not show', [commit(30, 'ada')], TAKEN, ['block taken (bob)']],
  ['a takeover that went on', [commit(70, 'bob'), commit(30, 'ada')], TAKEN, []],
  [
    'after a release',
    [commit(50, 'ada')],
    history('ada claims at 10', 'ada releases at 30'),
    ['warn given-up', 'warn after-end 50'],
  ],
  [
    'after a release, when another session had it',
    [commit(50, 'ada')],
    history('ada claims at 10', 'ada releases at 30', 'bob claims at 40'),
    ['block taken (bob)', 'block late 50 (bob)'],
  ],
  [
    'after a release, when another session had had it',
    [commit(50, 'ada')],
    history('ada claims at 10', 'ada releases at 30', 'bob claims at 35', 'bob releases at 40', 'ada claims at 90'),
    ['block late 50'],
  ],
  ['a commit without an order among others', [commit(21, null, []), commit(20, 'ada')], LIVE, ['warn unsigned 21']],
  ['a merge without an order', [commit(21, null, [], true), commit(20, 'ada')], LIVE, []],
  ['no order at all', [commit(21, null, [])], LIVE, []],
])('%s', (_, commits, records, expected) => {
  expect(found(commits, records)).toEqual(expected);
});

test('on a branch that a claim names, every commit says its order', () => {
  expect(found([commit(20, 'ada', [])], LIVE, [ORDER])).toEqual(['warn unsigned 20']);
});
