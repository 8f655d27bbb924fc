import { describe, expect, test } from 'vitest';
import type { CheckedCommit, CheckedTree, CheckFacts } from '../../../src/core/check/facts.ts';
import { findCollisions } from '../../../src/core/check/findings.ts';
import { ordersOf, ships } from '../../../src/core/check/naming.ts';
import type { ClaimView } from '../../../src/core/claim/view.ts';
import { foreignView } from '../../../src/core/claim/view.ts';
import { DEFAULT_ID_PATTERN, type Oid, type OrderId } from '../../../src/core/ids.ts';
import { touching } from '../../../src/core/paths/touching.ts';
import { orderOf } from '../../support/orders.ts';

const MINE = 'ORDER-1' as OrderId;
const OTHER = 'ORDER-2' as OrderId;
const OID = 'a'.repeat(40) as Oid;
const HERE_SINCE = 1_800_000_000_000;

const facts = (more: Partial<CheckFacts>): CheckFacts => ({
  named: MINE,
  me: 'ada',
  hereSinceMs: HERE_SINCE,
  claims: [],
  fates: new Map(),
  orders: [],
  commits: [],
  had: { here: new Set(), orders: new Map() },
  shipped: [],
  waits: new Map(),
  isRecorded: () => false,
  branches: [],
  trees: [],
  heldPaths: [],
  intents: [],
  ...more,
});
const claim = (order: OrderId, more: Partial<ClaimView>): ClaimView => ({
  ...foreignView(order, { kind: 'foreign', oid: OID, why: 'last heartbeat 8s ago' }),
  state: 'active',
  liveness: 'live',
  session: 'bob',
  claimedAt: '2027-01-15T08:00:00Z',
  ...more,
});
const commit = (more: Partial<CheckedCommit>): CheckedCommit => ({
  author: 'Eve',
  oid: OID,
  atMs: HERE_SINCE,
  branch: 'side',
  session: 'bob',
  subject: 'work',
  orders: [],
  files: [],
  ...more,
});
const tree = (more: Partial<CheckedTree>): CheckedTree => ({
  path: '/w/2',
  head: null,
  branch: null,
  isHere: false,
  order: null,
  session: 'bob',
  stays: [],
  isMine: false,
  mineSinceMs: null,
  dirty: [],
  ...more,
});
const file = (path: string, modifiedMs: number | null = HERE_SINCE + 1) => ({
  path,
  isDeleted: false,
  modifiedMs,
  changed: modifiedMs === null ? null : { firstMs: modifiedMs, lastMs: modifiedMs },
});
const found = (more: Partial<CheckFacts>) => findCollisions(facts(more)).map(({ kind, severity }) => `${severity} ${kind}`);

describe('a claim', () => {
  test.each([
    ['live', MINE, 'block live-claim'],
    ['challenged', MINE, 'block challenged-claim'],
    ['stale', MINE, 'warn stale-claim'],
    ['expired', MINE, 'warn stale-claim'],
    ['dead', MINE, 'warn stale-claim'],
    ['live', OTHER, 'info live-claim'],
    ['dead', OTHER, 'info stale-claim'],
  ] as const)('%s, of %s: %s', (liveness, of, expected) => {
    expect(found({ claims: [claim(of, { liveness })] })).toEqual([expected]);
    expect(found({ claims: [claim(of, { liveness, mine: true })] })).toEqual([]);
  });

  test('that nobody understands counts as taken, and one that has ended is in nobody’s way', () => {
    expect(found({ claims: [claim(MINE, { state: null, liveness: null })] })).toEqual(['block live-claim']);
    expect(found({ claims: [claim(OTHER, { state: null, liveness: null })] })).toEqual([]);
    expect(found({ claims: [claim(MINE, { state: 'released' })] })).toEqual([]);
  });
});

describe('work that is done', () => {
  const shipped = [{ order: MINE, commit: commit({ branch: 'main' }) }];

  test('is not begun again: by claim, by commit, by file', () => {
    expect(found({ claims: [claim(MINE, { state: 'completed' })] })).toEqual(['block already-done']);
    expect(found({ shipped })).toEqual(['block already-done']);
    expect(found({ orders: [orderOf(MINE, { status: 'complete' })] })).toEqual(['block already-done']);
  });

  test('in part is told to whoever goes on with it', () => {
    expect(found({ shipped, claims: [claim(MINE, { state: 'released' })] })).toEqual(['warn already-done']);
    const mine = (claimedAt: string) => ({ shipped, claims: [claim(MINE, { mine: true, claimedAt })] });
    expect(found(mine('2027-01-15T08:00:01Z'))).toEqual(['warn already-done']);
    expect(found(mine('2027-01-15T07:59:59Z'))).toEqual(['block already-done']);
    expect(found({ orders: [orderOf(MINE, { status: 'complete' })], claims: [claim(MINE, { mine: true })] })).toEqual([
      'warn already-done',
    ]);
  });

  test('of other orders is no matter', () => {
    expect(found({ orders: [orderOf(OTHER, { status: 'complete' })] })).toEqual([]);
  });
});

test('commits matter by order, by path and by changed file', () => {
  const here = tree({ isHere: true, isMine: true, mineSinceMs: HERE_SINCE, dirty: [file('src/a.ts')] });
  expect(found({ commits: [commit({ orders: [OTHER] })] })).toEqual(['info recent-commit']);
  expect(found({ commits: [commit({ orders: [MINE] })] })).toEqual(['warn recent-commit']);
  expect(found({ commits: [commit({ files: ['src/a.ts'] })], trees: [here] })).toEqual(['warn recent-commit']);
  const other = { commits: [commit({ files: ['src/x/b.ts'] })], orders: [orderOf(MINE, { paths: ['src/x/**'] })] };
  expect(found(other)).toEqual(['warn recent-commit']);
  // What the work began from is no collision with it: each work for itself.
  const had = new Set([OID]);
  expect(found({ commits: [commit({ files: ['src/a.ts'] })], trees: [here], had: { here: had, orders: new Map() } })).toEqual([
    'info recent-commit',
  ]);
  expect(found({ ...other, had: { here: had, orders: new Map([[OTHER, had]]) } })).toEqual(['warn recent-commit']);
  expect(found({ ...other, had: { here: new Set(), orders: new Map([[MINE, had]]) } })).toEqual(['info recent-commit']);
});

test('worktrees: of the order, with the same files, and with what was left here', () => {
  expect(found({ trees: [tree({ order: MINE })] })).toEqual(['warn worktree-exists']);
  expect(found({ trees: [tree({ order: OTHER, dirty: [file('b')] })] })).toEqual(['info dirty-worktree']);
  const here = tree({ isHere: true, path: '/w/1', dirty: [file('src/')] });
  expect(found({ trees: [here, tree({ dirty: [file('src/a.ts')] })] })).toEqual(['warn dirty-worktree']);
  const left = { isHere: true, dirty: [file('a', HERE_SINCE - 1), file('b'), file('gone', null)] };
  expect(findCollisions(facts({ trees: [tree(left)] }))).toMatchObject([{ severity: 'warn', paths: ['a'] }]);
  expect(found({ trees: [tree({ ...left, session: null })] })).toEqual(['warn dirty-worktree']);
  // Each file by who was there when it changed, and not by whom the worktree belongs to.
  const stays = [{ session: 'eve', fromMs: HERE_SINCE - 5, untilMs: Number.POSITIVE_INFINITY }];
  const older = { ...left, stays, dirty: [file('a', HERE_SINCE - 1), file('older', HERE_SINCE - 9)] };
  expect(findCollisions(facts({ trees: [tree(older)] }))).toMatchObject([
    { session: 'eve', paths: ['a'] },
    { session: null, paths: ['older'] },
  ]);
  expect(findCollisions(facts({ trees: [tree({ ...older, isHere: false })] }))).toMatchObject([
    { session: 'eve', paths: ['a'] },
    { session: null, paths: ['older'] },
  ]);
  // In a worktree that the session took over, only what was there before; a session that came back had claimed it earlier.
  const mine = { ...left, isMine: true };
  expect(found({ trees: [tree({ ...mine, mineSinceMs: HERE_SINCE + 9 })] })).toEqual(['warn dirty-worktree']);
  expect(found({ trees: [tree({ ...mine, mineSinceMs: HERE_SINCE - 999 })] })).toEqual(['warn dirty-worktree']);
  expect(found({ trees: [tree({ ...mine, mineSinceMs: HERE_SINCE - 1_000 })] })).toEqual([]);
});

test('path claims of others matter where the order’s paths or changed files are', () => {
  const held = {
    path: 'src/auth',
    order: OTHER,
    session: 'bob',
    isLive: true,
    evidence: 'live',
    claimedAt: '2027-01-15T08:00:00Z',
  };
  const orders = [orderOf(MINE, { paths: ['src/'] })];
  expect(found({ heldPaths: [held] })).toEqual([]);
  expect(found({ heldPaths: [held], orders })).toEqual(['block path-overlap']);
  expect(found({ heldPaths: [{ ...held, isLive: false }], orders })).toEqual(['warn path-overlap']);
});

test('orders in progress that nobody claimed, branches, intents; the gravest first', () => {
  const legacy = [orderOf(MINE, { status: 'in_progress' }), orderOf(OTHER, { status: 'in_progress' })];
  const intents = [{ session: 'bob', order: null, at: '2027-01-15T08:00:00Z', message: 'force-push' }];
  expect(
    found({
      orders: legacy,
      intents,
      branches: [{ order: MINE, branch: 'order-1', remote: null, lacking: null }],
      shipped: [{ order: MINE, commit: commit({}) }],
    }),
  ).toEqual(['block already-done', 'warn branch-exists', 'warn legacy-in-progress', 'warn intent', 'info legacy-in-progress']);
  expect(found({ orders: legacy, isRecorded: (order) => order === MINE || order === OTHER })).toEqual([]);
});

test('a commit belongs to what its trailers name, else its branch, else its subject', () => {
  const of = (words: object) =>
    ordersOf({ orders: [], branch: null, subject: '', ...words }, DEFAULT_ID_PATTERN, (id) => id !== 'UTF-8');
  expect(of({ orders: ['order-1', 'x'], branch: 'order-2', subject: 'ORDER-3' })).toEqual(['ORDER-1']);
  expect(of({ branch: 'ada/eng-7-fix', subject: 'ORDER-3' })).toEqual(['ENG-7']);
  expect(of({ branch: 'main', subject: 'UTF-8 in (ORDER-3), back-217.02.' })).toEqual(['ORDER-3', 'BACK-217.02']);
});

test.each([
  ['ORDER-1: fix', true],
  ['[order-1] fix', true],
  ['feat(ORDER-1)!: fix', true],
  ['Tidy; closes #ORDER-1', true],
  ["Merge branch 'order-1-fix-login' into main", true],
  ['after ORDER-1 this is next', false],
  ['ORDER-12: fix', false],
  ['ORDER-1.2: fix', false],
  ['Merge branch order-1x', false],
])('%s says that ORDER-1 is done: %s', (subject, expected) => {
  expect(ships(MINE, { orders: [], branch: null, subject }, DEFAULT_ID_PATTERN)).toBe(expected);
});

test('places touch files in them, above them and themselves', () => {
  expect(touching(['src/x/**', './a.ts', '*.md'], ['src/x/1', 'src/x', 'src/', 'src/y', 'a.ts', 'a.tsx', 'b.md'])).toEqual([
    'src/x/1',
    'src/x',
    'src/',
    'a.ts',
  ]);
});
