import { describe, expect, test } from 'vitest';
import type { OrderId } from '../../../src/core/ids.ts';
import type { Ended, Hold, WorkFacts } from '../../../src/core/orders/facts.ts';
import type { Order } from '../../../src/core/orders/order.ts';
import { recommend } from '../../../src/core/orders/recommend.ts';
import { whyClause } from '../../../src/text/why.ts';
import { orderOf } from '../../support/orders.ts';

const held: Hold = { kind: 'held', session: 'bob', isMine: false, isSilent: false, evidence: 'process 7 runs', block: null };
const silent: Hold = { ...held, isSilent: true, evidence: 'no heartbeat for 4m' };
const completed: Hold = { kind: 'completed', session: 'bob', branch: 'x-2', isMerged: false };

type Some = {
  holds?: Record<string, Hold>;
  ended?: Record<string, Ended>;
  branches?: Record<string, string>;
  readyAt?: WorkFacts['readyAt'];
  heldPaths?: WorkFacts['heldPaths'];
};

function factsOf({ holds = {}, ended = {}, branches = {}, readyAt = 'merge', heldPaths = [] }: Some): WorkFacts {
  const map = <T>(record: Record<string, T>) => new Map(Object.entries(record)) as unknown as ReadonlyMap<OrderId, T>;
  return { holds: map(holds), ended: map(ended), branches: map(branches), readyAt, heldPaths };
}

function verdicts(orders: readonly Order[], some: Some = {}): Record<string, string> {
  const judged = recommend(orders, factsOf(some), null);
  return Object.fromEntries(
    judged.map(({ order, verdict, why }) => [order.id, why === null ? verdict : `${verdict}: ${whyClause(why)}`]),
  );
}

describe('one order', () => {
  test.each<[string, Partial<Order>, Some, string]>([
    ['ready', {}, {}, 'free'],
    ['draft', { status: 'draft' }, {}, 'draft'],
    ['complete', { status: 'complete' }, {}, 'complete'],
    ['of no status', { status: null, statusWord: null }, {}, 'no-status: its file names no status'],
    ['of a strange status', { status: null, statusWord: 'Foo' }, {}, 'no-status: its status "Foo" is not known'],
    ['broken', { status: null, trouble: { kind: 'yaml', line: 3, reason: 'x' } }, {}, 'no-status: line 3: x'],
    ['in progress without a claim', { status: 'in_progress' }, {}, 'in-progress: in progress by its file, but nobody claimed it'],
    ['held', {}, { holds: { 'X-1': held } }, 'held: held by bob, process 7 runs'],
    ['mine', {}, { holds: { 'X-1': { ...held, isMine: true } } }, 'mine: you hold it'],
    ['silent', { status: 'in_progress' }, { holds: { 'X-1': silent } }, 'takeable: held by bob, no heartbeat for 4m'],
    ['silent and complete by its file', { status: 'complete' }, { holds: { 'X-1': silent } }, 'complete'],
    ['completed', {}, { holds: { 'X-1': completed } }, 'unmerged: completed by bob, not merged yet (branch x-2)'],
    ['completed and merged', {}, { holds: { 'X-1': { ...completed, isMerged: true } } }, 'complete'],
    ['foreign', {}, { holds: { 'X-1': { kind: 'foreign', why: 'it is a commit' } } }, 'foreign: it is a commit'],
    [
      'on a branch',
      {},
      { branches: { 'X-1': 'x-1-y' } },
      'unmerged: nobody claimed it, but there is unmerged work (branch x-1-y)',
    ],
  ])('%s', (_, changes, some, verdict) => {
    expect(verdicts([orderOf('X-1', changes)], some)).toEqual({ 'X-1': verdict });
  });

  test('with two files', () => {
    const orders = [orderOf('X-1'), orderOf('X-1', { file: 'orders/b.md' }), orderOf('X-2', { dependsOn: ['X-1'] })];
    expect(verdicts(orders)).toEqual({
      'X-1': 'duplicate: orders/X-1.md and orders/b.md have the same id',
      'X-2': 'waiting: waits for X-1, which is ready',
    });
  });
});

describe('an order that depends on another', () => {
  const orders = (other: Partial<Order>) => [
    orderOf('X-1', { dependsOn: ['X-2'] }),
    orderOf('X-2', { status: 'complete', ...other }),
  ];
  test.each<[string, Partial<Order>, Some, string]>([
    ['that is complete by its file', {}, {}, 'free'],
    ['that is to do', { status: 'ready', statusWord: 'To Do' }, {}, 'waiting: waits for X-2, which is To Do'],
    ['that is held, whatever the file says', {}, { holds: { 'X-2': held } }, 'waiting: waits for X-2, which bob holds'],
    [
      'that is completed, not merged',
      {},
      { holds: { 'X-2': completed } },
      'waiting: waits for X-2, which is completed but not merged (branch x-2)',
    ],
    ['that is merged', { status: 'ready' }, { holds: { 'X-2': { ...completed, isMerged: true } } }, 'free'],
    ['that is completed, which is enough', { status: 'ready' }, { holds: { 'X-2': completed }, readyAt: 'complete' }, 'free'],
  ])('%s', (_, other, some, verdict) => {
    expect(verdicts(orders(other), some)['X-1']).toBe(verdict);
  });

  test('that nobody knows', () => {
    expect(verdicts([orderOf('X-1', { dependsOn: ['the rework'] })])['X-1']).toBe(
      'unknown-dependency: waits for the rework, which has no file and no claim',
    );
  });
});

test('circles are reported, and who only waits for one waits', () => {
  const waiting = (id: string, ...dependsOn: string[]) => orderOf(id, { dependsOn });
  expect(verdicts([waiting('X-1', 'X-2'), waiting('X-2', 'X-3'), waiting('X-3', 'X-2'), waiting('X-4', 'X-4')])).toEqual({
    'X-1': 'waiting: waits for X-2, which is ready',
    'X-2': 'cycle: waits for itself: X-2 -> X-3 -> X-2',
    'X-3': 'cycle: waits for itself: X-2 -> X-3 -> X-2',
    'X-4': 'cycle: waits for itself: X-4 -> X-4',
  });
  const done = [waiting('X-1', 'X-2'), orderOf('X-2', { dependsOn: ['X-1'], status: 'complete' })];
  expect(verdicts(done)).toEqual({ 'X-1': 'free', 'X-2': 'complete' });
  const chain = Array.from({ length: 20_000 }, (_, n) => waiting(`X-${n}`, `X-${(n + 1) % 20_000}`));
  expect(new Set(recommend(chain, factsOf({}), null).map(({ verdict }) => verdict))).toEqual(new Set(['cycle']));
});

describe('paths that another session claims', () => {
  const src = { path: 'src', order: null, session: 'bob', isLive: true, evidence: 'last heartbeat 8s ago', claimedAt: '' };
  const orders = [
    orderOf('X-1', { priority: 1, paths: ['src/auth/**'] }),
    orderOf('X-2', { priority: 2, paths: ['docs', 'src-old'] }),
    orderOf('X-3', { priority: 3 }),
  ];

  test('an order about them waits while their holder may live', () => {
    expect(verdicts(orders, { heldPaths: [{ ...src, path: 'lib' }, src] })).toEqual({
      'X-1': 'waiting: waits for src, which bob claimed: last heartbeat 8s ago',
      'X-2': 'free',
      'X-3': 'free',
    });
  });

  test('and comes after all others that are free once it does not', () => {
    const gone = { ...src, path: 'src/auth/login.ts', isLive: false, evidence: 'process 4711 exited' };
    const some = { heldPaths: [gone], holds: { 'X-2': silent } };
    expect(Object.entries(verdicts(orders, some))).toEqual([
      ['X-3', 'free'],
      ['X-1', 'free: is about src/auth/login.ts, which bob claimed: process 4711 exited'],
      ['X-2', expect.stringContaining('takeable')],
    ]);
  });
});

describe('the order of recommendations', () => {
  const ids = (orders: readonly Order[], spread: string | null, some: Some = {}) =>
    recommend(orders, factsOf(some), spread).map(({ order }) => order.id as string);

  test('priority, age, number; silent ones last', () => {
    const orders = [
      orderOf('X-10'),
      orderOf('X-9'),
      orderOf('X-9.10'),
      orderOf('X-9.2'),
      orderOf('X-1', { priority: 3, createdMs: 5 }),
      orderOf('X-2', { priority: 3, createdMs: 4 }),
      orderOf('X-3', { priority: 1 }),
      orderOf('X-4', { priority: 1 }),
    ];
    expect(ids(orders, null, { holds: { 'X-3': silent } })).toEqual([
      'X-4',
      'X-2',
      'X-1',
      'X-9',
      'X-9.2',
      'X-9.10',
      'X-10',
      'X-3',
    ]);
  });

  test('sessions begin with different orders of the eight best, and each with the same one every time', () => {
    const orders = [
      orderOf('X-99', { priority: 1 }),
      ...Array.from({ length: 30 }, (_, n) => orderOf(`X-${n}`, { priority: 2 })),
    ];
    const sessions = Array.from({ length: 64 }, (_, n) => `session-${n}`);
    const heads = sessions.map((session) => ids(orders, session));
    expect(new Set(heads.map(([head]) => head))).toEqual(new Set(['X-99']));
    const seconds = new Set(heads.map(([, second]) => second));
    expect(seconds).toEqual(new Set(Array.from({ length: 8 }, (_, n) => `X-${n}`)));
    expect(ids([...orders].reverse(), 'session-1')).toEqual(heads[1]);
    for (const head of heads) expect([...head].sort()).toEqual(orders.map(({ id }) => id as string).sort());
  });
});
