import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryLeaseCache } from '../../src/adapters/memory/lease-cache.ts';
import { SqliteLeaseCache } from '../../src/adapters/sqlite/lease-cache.ts';
import type { Oid, OrderId, SessionId, SessionKey } from '../../src/core/ids.ts';
import type { PathKey } from '../../src/core/path.ts';
import type { Debt, LeaseCache, LoggedEvent, Loss, Presence } from '../../src/ports/lease-cache.ts';

const DAY_MS = 86_400_000;
const KEEP_MS = 7 * DAY_MS;
const ORDER = 'ORDER-1' as OrderId;
const OTHER = 'ORDER-2' as OrderId;
const OID = 'a'.repeat(40) as Oid;
const NEXT = 'b'.repeat(40) as Oid;

const at = (monoMs: number, { boot = 'boot-1' as string | null, wallMs = 1_800_000_000_000 + monoMs } = {}) => ({
  boot,
  monoMs,
  wallMs,
});

const ada: Presence = {
  key: 'claude:7f3a' as SessionKey,
  id: 'claude-7f3a21' as SessionId,
  agent: 'claude',
  host: 'engine',
  boot: 'boot-1',
  anchor: { pid: 4711, start: '123456', ns: '4026531836' },
  worktree: '/home/ada/it\'s a "tree"',
  title: 'fix the login',
  linear: 'ENG-7',
  startedAt: '2026-11-21T14:00:00Z',
  lastSeenAt: '2026-11-21T14:00:00Z',
  endedAt: null,
};

const event = (message: string, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  at: '2026-11-21T14:00:00Z',
  kind: 'claim',
  order: ORDER,
  session: ada.id,
  sessionKey: ada.key,
  generation: 4,
  oid: OID,
  message,
  detail: null,
  ...more,
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'git-claim-cache-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const stores: [string, () => LeaseCache][] = [
  ['in memory', () => new MemoryLeaseCache(KEEP_MS)],
  ['in SQLite', () => new SqliteLeaseCache(directory, KEEP_MS)],
];

describe.each(stores)('a lease cache %s', (_, make) => {
  let cache: LeaseCache;
  beforeEach(() => {
    cache = make();
  });
  afterEach(() => {
    expect(cache.trouble).toBeNull();
    cache.close();
    cache.close();
  });

  test('knows nothing at first', () => {
    expect(cache.sessions()).toEqual([]);
    expect(cache.events({ limit: 10 })).toEqual([]);
    expect(cache.observe([], at(1))).toEqual(new Map());
  });

  describe('leases', () => {
    test('a record seen for the first time has no heartbeat', () => {
      const row = {
        order: ORDER,
        oid: OID,
        heartbeat: null,
        activity: null,
        silentSince: at(5),
        deadSince: null,
        firstSeen: at(5),
        lastSeen: at(5),
      };
      expect(cache.observe([sight(ORDER, OID)], at(5))).toEqual(new Map([[ORDER, row]]));
    });

    test('a record seen again keeps when it was first seen', () => {
      cache.observe([sight(ORDER, OID)], at(5));
      expect(cache.observe([sight(ORDER, OID)], at(9)).get(ORDER)).toMatchObject({ firstSeen: at(5), lastSeen: at(9) });
    });

    test('a beat is a sign of life and activity of the holder of that record', () => {
      cache.observe([sight(ORDER, OID)], at(5));
      cache.beat([{ order: ORDER, oid: OID }], at(7));
      const row = {
        order: ORDER,
        oid: OID,
        heartbeat: at(7),
        activity: at(7),
        silentSince: at(7),
        deadSince: null,
        firstSeen: at(5),
        lastSeen: at(9),
      };
      expect(cache.observe([sight(ORDER, OID)], at(9))).toEqual(new Map([[ORDER, row]]));
    });

    test('a heartbeat is a sign of life, and activity only as far as the helper knows of some', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(5));
      cache.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(7));
      expect(cache.leases().get(ORDER)).toMatchObject({ heartbeat: at(7), silentSince: at(7), activity: at(5) });
      cache.heartbeat([{ order: ORDER, oid: OID, activity: at(6) }], at(8));
      expect(cache.leases().get(ORDER)).toMatchObject({ heartbeat: at(8), activity: at(6) });
      cache.heartbeat([{ order: ORDER, oid: NEXT, activity: at(6) }], at(9));
      expect(cache.leases().get(ORDER)).toMatchObject({ oid: NEXT, activity: at(6), firstSeen: at(9) });
    });

    test('a path that nobody saw for long is forgotten, an order is not', () => {
      const PATH = '/src' as PathKey;
      cache.beat(
        [
          { order: PATH, oid: OID },
          { order: OTHER, oid: OID },
        ],
        at(1),
      );
      cache.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(2));
      expect([...cache.leases().keys()].sort()).toEqual([PATH, ORDER, OTHER].sort());
      cache.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(KEEP_MS + 2));
      expect([...cache.leases().keys()].sort()).toEqual([ORDER, OTHER]);
    });

    test('a new record of the order starts without the heartbeat of the old one', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(7));
      expect(cache.observe([sight(ORDER, NEXT)], at(8)).get(ORDER)).toMatchObject({
        oid: NEXT,
        heartbeat: null,
        firstSeen: at(8),
      });
    });

    test('a beat under a new record replaces the row of the old one', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(7));
      cache.beat([{ order: ORDER, oid: NEXT }], at(8));
      expect(cache.observe([sight(ORDER, NEXT)], at(9)).get(ORDER)).toMatchObject({
        heartbeat: at(8),
        firstSeen: at(8),
      });
    });

    test('several records are seen at one moment, and others are left as they were', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(1));
      cache.observe([sight(OTHER, NEXT)], at(2));
      const both = cache.observe([sight(ORDER, OID), sight(OTHER, NEXT)], at(3));
      expect(both.get(ORDER)).toMatchObject({ heartbeat: at(1), firstSeen: at(1), lastSeen: at(3) });
      expect(both.get(OTHER)).toMatchObject({ heartbeat: null, firstSeen: at(2), lastSeen: at(3) });
    });

    test('a heartbeat of another boot, or one in the future, is answered as it was written', () => {
      const stored = [at(900_000, { boot: 'boot-0' }), at(900_000), at(900_000, { boot: null })];
      for (const heartbeat of stored) {
        cache.beat([{ order: ORDER, oid: OID }], heartbeat);
        expect(cache.observe([sight(ORDER, OID)], at(10)).get(ORDER)).toMatchObject({ heartbeat, activity: heartbeat });
      }
    });

    test('a real beat repairs one from the future', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(900_000));
      cache.beat([{ order: ORDER, oid: OID }], at(10));
      expect(cache.observe([sight(ORDER, OID)], at(11)).get(ORDER)?.heartbeat).toEqual(at(10));
    });

    test('an observation begins anew in another boot and when it began in the future', () => {
      cache.observe([sight(ORDER, OID)], at(500));
      expect(cache.observe([sight(ORDER, OID)], at(400)).get(ORDER)?.firstSeen).toEqual(at(400));
      expect(cache.observe([sight(ORDER, OID)], at(600, { boot: 'boot-2' })).get(ORDER)?.firstSeen).toEqual(
        at(600, { boot: 'boot-2' }),
      );
      expect(cache.observe([sight(ORDER, OID)], at(700, { boot: 'boot-2' })).get(ORDER)?.firstSeen).toEqual(
        at(600, { boot: 'boot-2' }),
      );
    });

    test('a jump of the wall clock changes no heartbeat', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(10));
      cache.observe([sight(ORDER, OID)], at(20, { wallMs: 4_000_000_000_000 }));
      expect(cache.observe([sight(ORDER, OID)], at(30, { wallMs: 0 })).get(ORDER)?.heartbeat).toEqual(at(10));
    });

    test('a reading keeps its fraction of a millisecond', () => {
      cache.beat([{ order: ORDER, oid: OID }], at(10.123456));
      expect(cache.observe([sight(ORDER, OID)], at(11)).get(ORDER)?.heartbeat?.monoMs).toBe(10.123456);
    });
  });

  describe('sessions', () => {
    test('are answered as they were registered, the earliest first', () => {
      const bob = {
        ...ada,
        key: 'person:1' as SessionKey,
        agent: null,
        boot: null,
        anchor: null,
        worktree: null,
        startedAt: '2026-11-21T13:00:00Z',
      };
      cache.registerSession(ada);
      cache.registerSession(bob);
      expect(cache.sessions()).toEqual([bob, ada]);
    });

    test('keep their start, title and issue, and take everything else', () => {
      cache.registerSession(ada);
      const later = {
        ...ada,
        worktree: '/w/2',
        title: null,
        linear: null,
        startedAt: '2026-11-21T15:00:00Z',
        lastSeenAt: '2026-11-21T15:00:00Z',
      };
      cache.registerSession({ ...later, endedAt: '2026-11-21T15:00:00Z' });
      expect(cache.sessions()).toEqual([{ ...ada, worktree: '/w/2', lastSeenAt: later.lastSeenAt, endedAt: later.lastSeenAt }]);
      cache.registerSession({ ...later, title: 'new title' });
      expect(cache.sessions()).toMatchObject([{ title: 'new title', linear: 'ENG-7', endedAt: null }]);
    });

    test('are forgotten when they were not seen for the time that is kept', () => {
      cache.registerSession(ada);
      const bob = { ...ada, key: 'person:1' as SessionKey, lastSeenAt: '2026-11-28T14:00:01Z' };
      cache.registerSession(bob);
      expect(cache.sessions()).toEqual([bob]);
    });
  });

  describe('losses', () => {
    const loss: Loss = {
      loser: ada.key,
      order: ORDER,
      generation: 2,
      taker: 'bob' as SessionId,
      at: ada.startedAt,
      reason: "it's\n",
    };

    test('are told to whoever lost, and once', () => {
      const other = { ...loss, order: OTHER, at: '2026-11-21T13:00:00Z', reason: null };
      cache.noteLosses([loss, other, { ...loss, loser: 'zoe' as SessionKey }]);
      cache.noteLosses([loss]);
      expect(cache.untoldLosses(ada.key)).toEqual([other, loss]);
      cache.noteLosses([loss]);
      expect(cache.untoldLosses(ada.key)).toEqual([]);
      cache.noteLosses([{ ...loss, generation: 4 }]);
      expect(cache.untoldLosses(ada.key)).toMatchObject([{ generation: 4 }]);
      expect(cache.untoldLosses('zoe' as SessionKey)).toHaveLength(1);
      cache.noteLosses([]);
      expect(cache.untoldLosses('nobody' as SessionKey)).toEqual([]);
    });
  });

  test('what a session was told of is remembered with it, and never less than before', () => {
    expect(cache.heardBefore(ada.key, 7)).toBe(0);
    cache.registerSession(ada);
    expect([7, 9, 8, 9].map((number) => cache.heardBefore(ada.key, number))).toEqual([0, 7, 9, 9]);
    cache.registerSession(ada);
    expect([cache.heardBefore(ada.key, 9), cache.heardBefore('zoe' as SessionKey, 9)]).toEqual([9, 0]);
  });

  describe('events', () => {
    test('are answered as they were appended, the newest of them, oldest first', () => {
      const bare = event('four', { order: null, session: null, sessionKey: null, generation: null, oid: null });
      for (const each of [event('one'), event('two'), event("three'; DROP TABLE event; --"), bare]) cache.appendEvent(each);
      expect(cache.events({ limit: 2 })).toMatchObject([event("three'; DROP TABLE event; --"), bare]);
      expect(cache.events({ limit: 0 })).toEqual([]);
      expect(cache.events({ limit: -1 })).toEqual([]);
    });

    test('of one order are found among the others', () => {
      for (const [n, order] of [ORDER, OTHER, ORDER, OTHER, ORDER].entries()) cache.appendEvent(event(String(n), { order }));
      expect(cache.events({ order: ORDER, limit: 2 }).map(({ message }) => message)).toEqual(['2', '4']);
      expect(cache.events({ order: 'ORDER-3' as OrderId, limit: 2 })).toEqual([]);
    });

    test('have numbers that grow, and are read on from one of them without a gap', () => {
      const numbers = ['one', 'two', 'three', 'four'].map((text) => cache.appendEvent(event(text)));
      expect(cache.events({ limit: 9 }).map(({ number }) => number)).toEqual(numbers);
      const [first, second, , last] = numbers as [number, number, number, number];
      expect(second).toBe(first + 1);
      const after = (afterNumber: number, limit: number) => cache.events({ afterNumber, limit }).map(({ message }) => message);
      expect(after(first, 2)).toEqual(['two', 'three']);
      expect([after(0, 9), after(last, 9)]).toEqual([['one', 'two', 'three', 'four'], []]);
    });

    test('are found by kind and by time', () => {
      const times = ['13:59:59', '14:00:00', '14:00:01'];
      for (const time of times)
        for (const kind of ['claim', "int'ent"]) cache.appendEvent(event(time, { kind, at: `2026-11-21T${time}Z` }));
      const found = (filter: object) => cache.events({ limit: 9, ...filter }).map(({ message }) => message);
      expect(found({ kinds: ["int'ent"] })).toEqual(times);
      expect(found({ kinds: ['claim', "int'ent"], since: '2026-11-21T14:00:01Z' })).toEqual(['14:00:01', '14:00:01']);
      expect(found({ kinds: [] })).toEqual([]);
      expect(found({ kinds: ['claim'], since: '2026-11-21T14:00:00Z', limit: 1 })).toEqual(['14:00:01']);
    });

    test('keep their detail', () => {
      const detail = { paths: ['a "b"', '__proto__'], count: 2, ['__proto__']: null };
      cache.appendEvent(event('one', { detail }));
      expect(cache.events({ limit: 1 })).toMatchObject([{ detail }]);
    });

    test('are kept for the given time after the newest', () => {
      for (const day of ['20', '21', '22']) cache.appendEvent(event(day, { at: `2026-11-${day}T14:00:00Z` }));
      cache.appendEvent(event('28', { at: '2026-11-28T14:00:00Z' }));
      expect(cache.events({ limit: 10 }).map(({ message }) => message)).toEqual(['21', '22', '28']);
    });
  });

  describe('debts', () => {
    const AT = '2026-11-21T14:00:00Z';
    const owed = (order: OrderId, mirror = 'front-matter') => ({ order, mirror });

    test('stand until exactly they are paid', () => {
      const [one, other] = cache.owe([owed(ORDER), owed(OTHER)], AT) as [Debt, Debt];
      expect(cache.debts()).toEqual([one, other]);
      expect(one).toEqual({ ...owed(ORDER), number: one.number, owedAt: AT, attempts: 0 });
      expect([cache.paid([one]), cache.paid([one]), cache.paid([])]).toEqual([true, false, true]);
      expect(cache.debts()).toEqual([other]);
    });

    test('that grow are new ones, and are not paid by whoever knew the old one', () => {
      const [old] = cache.owe([owed(ORDER)], AT) as [Debt];
      const [grown] = cache.owe([owed(ORDER)], AT) as [Debt];
      expect(cache.paid([old])).toBe(false);
      expect(cache.debts()).toEqual([grown]);
      cache.paid([grown]);
      expect((cache.owe([owed(ORDER)], AT) as [Debt])[0].number).toBeGreaterThan(grown.number);
    });

    test('that cannot be paid now are counted', () => {
      const [debt] = cache.owe([owed(ORDER)], AT) as [Debt];
      cache.postpone(debt, '2026-11-21T15:00:00Z');
      expect(cache.debts()).toEqual([{ ...debt, owedAt: '2026-11-21T15:00:00Z', attempts: 1 }]);
    });

    test('to the event log are paid by the event of the change, and by no other', () => {
      cache.owe([owed(ORDER, 'feed'), owed(OTHER, 'feed'), owed(ORDER)], AT);
      cache.appendEvent(event('an intent', { oid: null }));
      expect(cache.debts()).toHaveLength(3);
      cache.appendEvent(event('the change'));
      expect(cache.debts()).toMatchObject([owed(OTHER, 'feed'), owed(ORDER)]);
    });
  });

  test("what stood in an order's file is remembered until it is forgotten", () => {
    const mirrored = { file: 'orders/a "b".md', before: { status: "status: 'x' # \u00e9", claimed_by: null } };
    expect(cache.mirrored(ORDER)).toBeNull();
    cache.noteMirrored(ORDER, { ...mirrored, before: {} });
    cache.noteMirrored(ORDER, mirrored);
    expect([cache.mirrored(ORDER), cache.mirrored(OTHER)]).toEqual([mirrored, null]);
    cache.noteMirrored(ORDER, null);
    expect(cache.mirrored(ORDER)).toBeNull();
  });

  test('can be used after it was closed', () => {
    cache.beat([{ order: ORDER, oid: OID }], at(1));
    cache.close();
    expect(cache.observe([sight(ORDER, OID)], at(2)).get(ORDER)?.heartbeat).toEqual(at(1));
  });
});

function sight(order: OrderId, oid: Oid) {
  return { order, oid, continues: null, isDead: false };
}
