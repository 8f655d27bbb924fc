import { expect, test } from 'vitest';
import { isOneFamily, namesIn } from '../../../src/core/guard/named-order.ts';
import { judgePlace, type KnownClaim, type Scene } from '../../../src/core/guard/place.ts';
import { type Candidate, findRepeated } from '../../../src/core/guard/repeated-work.ts';
import { findByHand } from '../../../src/core/guard/status-by-hand.ts';
import type { Oid, OrderId, SessionId, SessionKey } from '../../../src/core/ids.ts';
import type { Order } from '../../../src/core/orders/order.ts';
import { holderNamed, ORDER, OTHER, recordOf } from '../../support/claims.ts';

const ALICE = 'alice' as SessionKey;
const BRANCH = 'order-1';

function standing(changes: Partial<KnownClaim>, record: Parameters<typeof recordOf>[0] = {}): KnownClaim {
  return {
    order: ORDER,
    record: recordOf({ branch: BRANCH, worktree: '../1', ...record }),
    isMine: true,
    isThisTrees: true,
    ...changes,
  };
}

function scene(changes: Partial<Scene>): Scene {
  return {
    actor: 'agent',
    branch: BRANCH,
    isMerge: false,
    bound: [{ order: ORDER, key: ALICE }],
    claims: [standing({})],
    named: ORDER,
    ...changes,
  };
}

const others = { isMine: false };
/** A branch of its own that is named for the order of another session. */
const twice = (changes: Partial<Scene>): Partial<Scene> => ({
  branch: 'order-1-mine',
  bound: [],
  claims: [standing({ ...others, isThisTrees: false })],
  ...changes,
});
const held = standing({ order: OTHER, ...others, isThisTrees: false }, { order: OTHER, branch: 'order-2-theirs' });
const taken = standing(others, { holder: holderNamed('bob'), generation: 2 });

test.each<[string, Partial<Scene>, readonly string[]]>([
  ['its own branch', {}, []],
  ['a detached HEAD of its own', { branch: null }, []],
  ['a claim that another session took', { claims: [taken] }, ['lost ORDER-1']],
  ['another session’s branch', { claims: [standing(others)] }, ['branch ORDER-1']],
  [
    'another session’s branch, in a tree that is not bound',
    { claims: [standing({ ...others, isThisTrees: false })], bound: [] },
    ['branch ORDER-1'],
  ],
  [
    'a tree somebody has without a branch',
    { claims: [standing(others, { branch: null })], bound: [], branch: 'main', named: null },
    ['branch ORDER-1'],
  ],
  [
    'another session’s order, elsewhere',
    { claims: [standing({ ...others, isThisTrees: false })], bound: [], branch: 'main', named: null },
    [],
  ],
  ['a claim that cannot be read', { claims: [{ ...standing({}), record: null, isMine: false }] }, ['unknown ORDER-1']],
  ['a released order', { claims: [standing({}, { state: 'released' })] }, ['unclaimed ORDER-1']],
  ['an order that nobody claimed', { claims: [], bound: [] }, ['unclaimed ORDER-1']],
  ['a branch of its own for an order that another session holds', twice({}), ['named ORDER-1']],
  ['the same as a person', twice({ actor: 'person' }), ['named ORDER-1']],
  [
    'the same for an order of its own, elsewhere',
    { ...twice({}), claims: [standing({ isThisTrees: false })] },
    ['elsewhere ORDER-1'],
  ],
  ['its own worktree under another branch', { branch: 'feat/x', named: null }, []],
  ['another session’s worktree under another branch', { branch: 'feat/x', claims: [standing(others)] }, ['branch ORDER-1']],
  [
    'its own worktree with a branch that another order is named in',
    { branch: 'order-2', named: OTHER, claims: [standing({}), held] },
    [],
  ],
  ['a worktree whose claim somebody deleted', { claims: [] }, ['lost ORDER-1']],
  ['an unclaimed order as a person', { claims: [], bound: [], actor: 'person' }, []],
  ['an unclaimed order as nobody', { claims: [], bound: [], actor: 'nobody' }, []],
  [
    'another tree than its order’s',
    { claims: [standing({ isThisTrees: false })], bound: [], branch: 'main', named: null },
    ['elsewhere ORDER-1'],
  ],
  [
    'its finished branch merged there',
    { claims: [standing({ isThisTrees: false })], bound: [], branch: 'main', named: null, isMerge: true },
    [],
  ],
  [
    'one of two orders it has',
    { claims: [standing({}), standing({ order: OTHER, isThisTrees: false }, { order: OTHER, branch: 'order-2' })] },
    [],
  ],
])('%s', (_, changes, found) => {
  expect(judgePlace(scene(changes)).map(({ rule, order }) => `${rule} ${order}`)).toEqual(found);
});

function commit(changes: Partial<Candidate>): Candidate {
  return { oid: '1'.repeat(40) as Oid, session: 'bob', files: ['a'], patch: 'p', isHere: false, ...changes };
}

test.each<[string, Partial<Candidate>, readonly string[], string | null]>([
  ['the same change elsewhere', {}, ['a'], 'shipped'],
  ['the same change by nobody known', { session: null }, ['a'], 'shipped'],
  ['its own', { session: 'alice' }, ['a'], null],
  ['the same change once more, on top of the first', { isHere: true }, ['a'], 'overlap'],
  ['another change to the same file', { patch: 'q' }, ['a', 'b'], 'overlap'],
  ['another change by nobody known', { patch: 'q', session: null }, ['a'], null],
  ['another file', { patch: 'q', files: ['c'] }, ['a'], null],
  ['nothing staged, and the last commit is another session’s', { isHere: true }, [], 'overlap'],
  ['nothing staged, and another branch moved', {}, [], null],
])('%s', (_, changes, files, rule) => {
  const staged = { files, patch: files.length === 0 ? null : 'p' };
  expect(findRepeated(staged, [commit(changes)], 'alice' as SessionId)?.rule ?? null).toBe(rule);
});

const file = (status: Order['status']): Order => ({ ...FILE, status });
const FILE: Order = {
  ...{ id: ORDER, spelling: ORDER, title: null, status: null, statusWord: null, priority: null, labels: [], dependsOn: [] },
  ...{ paths: [], linear: null, createdMs: null, file: 'orders/ORDER-1.md', trouble: null },
};

test.each<[string, Order['status'], Order['status'], ReturnType<typeof recordOf> | null, boolean, number]>([
  ['begun without a claim', 'in_progress', 'ready', null, false, 1],
  ['done without a claim', 'complete', 'ready', null, false, 1],
  ['ready', 'ready', 'draft', null, false, 0],
  ['begun before', 'in_progress', 'in_progress', null, false, 0],
  ['begun by its holder', 'in_progress', 'ready', recordOf(), true, 0],
  ['done by its holder', 'complete', 'ready', recordOf(), true, 0],
  ['a mirror of another session’s claim', 'in_progress', 'ready', recordOf(), false, 0],
  ['done, in another session’s place', 'complete', 'in_progress', recordOf(), false, 1],
  ['a mirror of its completion', 'complete', 'in_progress', recordOf({ state: 'completed' }), false, 0],
  ['begun again after its completion', 'in_progress', 'complete', recordOf({ state: 'completed' }), false, 1],
])('an order file: %s', (_, status, before, record, isMine, found) => {
  expect(findByHand([file(status)], [file(before)], () => ({ record, isMine }))).toHaveLength(found);
});

test.each([
  ['order-143-fix', 'ORDER-143'],
  ['claude/order-143-fix', 'ORDER-143'],
  ['feature/ORDER-143', 'ORDER-143'],
  ['jane/doe/order-143_title', 'ORDER-143'],
  ['worktree-order-143-fix-k2', 'ORDER-143'],
  ['order-143/second-try', 'ORDER-143'],
  ['fix_back-217.02', 'BACK-217.02'],
])('the branch %s is named for an order, whatever is before and behind it', (branch, order) => {
  expect(namesIn(branch)).toContain(order);
});

test('a branch is named first for what comes first, and the longest of that', () => {
  expect(namesIn('a/order-143-b')).toEqual(['A', 'ORDER-143-B', 'ORDER-143', 'ORDER', '143-B', '143', 'B']);
  expect(isOneFamily('ORDER-1' as OrderId, 'ORDER-143.2' as OrderId)).toBe(true);
  expect(isOneFamily('ORDER-1' as OrderId, 'RELEASE-1' as OrderId)).toBe(false);
});
