import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Oid, OrderId, SessionId, SessionKey } from '../../src/core/ids.ts';
import type { ClaimPath, PathKey } from '../../src/core/path.ts';
import type { Cache } from '../../src/ports/cache.ts';
import type { EventLog, LoggedEvent } from '../../src/ports/event-log.ts';
import type { FreeOrders } from '../../src/ports/free-orders.ts';
import type { Loss, Losses } from '../../src/ports/losses.ts';
import type { Outbox, PendingMirror } from '../../src/ports/outbox.ts';
import type { Presence, PresenceBook } from '../../src/ports/presence.ts';
import type { RefMemory } from '../../src/ports/ref-memory.ts';
import type { Sightings } from '../../src/ports/sightings.ts';
import { type Caches, memoryCaches, sqliteCaches } from '../support/caches.ts';

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
  person: { uid: 1000, terminal: 'tmux:%3', name: 'Ada "the first" Lovelace' },
  clone: null,
  worktree: '/home/ada/it\'s a "tree"',
  thereSince: '2026-11-21T14:00:00.250Z',
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

const stores: [string, () => Caches][] = [
  ['in memory', () => memoryCaches(KEEP_MS)],
  ['in SQLite', () => sqliteCaches(directory, KEEP_MS)],
];

describe.each(stores)('a cache %s', (_, make) => {
  let cache: Cache;
  let presence: PresenceBook;
  let sightings: Sightings;
  let refMemory: RefMemory;
  let losses: Losses;
  let freeOrders: FreeOrders;
  let events: EventLog;
  let outbox: Outbox;
  beforeEach(() => {
    ({ cache, presence, sightings, refMemory, losses, freeOrders, events, outbox } = make());
  });
  afterEach(() => {
    expect(cache.trouble).toBeNull();
    cache.close();
    cache.close();
  });

  test('knows nothing at first', () => {
    expect(presence.sessions()).toEqual([]);
    expect(events.read({ limit: 10 })).toEqual([]);
    expect(sightings.observe([], at(1))).toEqual(new Map());
  });

  describe('sightings', () => {
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
      expect(sightings.observe([sight(ORDER, OID)], at(5))).toEqual(new Map([[ORDER, row]]));
    });

    test('a record seen again keeps when it was first seen', () => {
      sightings.observe([sight(ORDER, OID)], at(5));
      expect(sightings.observe([sight(ORDER, OID)], at(9)).get(ORDER)).toMatchObject({ firstSeen: at(5), lastSeen: at(9) });
    });

    test('a beat is a sign of life and activity of the holder of that record', () => {
      sightings.observe([sight(ORDER, OID)], at(5));
      sightings.beat([{ order: ORDER, oid: OID }], at(7));
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
      expect(sightings.observe([sight(ORDER, OID)], at(9))).toEqual(new Map([[ORDER, row]]));
    });

    test('a heartbeat is a sign of life, and activity only as far as the helper knows of some', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(5));
      sightings.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(7));
      expect(sightings.of([ORDER]).get(ORDER)).toMatchObject({ heartbeat: at(7), silentSince: at(7), activity: at(5) });
      sightings.heartbeat([{ order: ORDER, oid: OID, activity: at(6) }], at(8));
      expect(sightings.of([ORDER]).get(ORDER)).toMatchObject({ heartbeat: at(8), activity: at(6) });
      sightings.heartbeat([{ order: ORDER, oid: NEXT, activity: at(6) }], at(9));
      expect(sightings.of([ORDER]).get(ORDER)).toMatchObject({ oid: NEXT, activity: at(6), firstSeen: at(9) });
    });

    test('what is asked for by name is found alone', () => {
      for (const order of [ORDER, OTHER]) sightings.beat([{ order, oid: OID }], at(5));
      expect([...sightings.of([OTHER, '/src' as PathKey]).keys()]).toEqual([OTHER]);
    });

    test("silent are others' claims of which nothing was heard since, those first that were looked at longest ago", () => {
      const PATH = '/src' as PathKey;
      const THIRD = 'ORDER-3' as OrderId;
      const [me, other] = [ada.key, 'codex:1' as SessionKey];
      refMemory.remember(
        [ORDER, OTHER, THIRD].map((order) => ({
          order,
          oid: OID,
          holder: order === THIRD ? me : other,
          branch: null,
          tip: null,
          noted: null,
          isGone: false,
          pushed: null,
          done: null,
        })),
        [],
      );
      const seen = { key: PATH, path: 'src' as ClaimPath, holder: other, order: null, oid: OID, leavingSinceMs: null };
      refMemory.rememberPaths([seen], []);
      for (const [when, order] of [ORDER, OTHER, THIRD, PATH].entries()) sightings.beat([{ order, oid: OID }], at(when + 1));
      expect(sightings.silentSince(at(9), me, 9)).toEqual([ORDER, OTHER, PATH]);
      expect(sightings.silentSince(at(9), me, 2)).toEqual([ORDER, OTHER]);
      sightings.observe([{ order: ORDER, oid: OID, continues: null, isDead: false }], at(8));
      expect(sightings.silentSince(at(9), me, 9)).toEqual([OTHER, PATH, ORDER]);
      sightings.heartbeat([{ order: OTHER, oid: OID, activity: null }], at(10));
      refMemory.remember([], [ORDER]);
      expect(sightings.silentSince(at(9), me, 9)).toEqual([PATH]);
      expect(sightings.silentSince(at(0, { boot: 'boot-2' }), me, 9)).toEqual([PATH, OTHER]);
      refMemory.rememberPaths([], [seen]);
      expect(sightings.silentSince(at(9), me, 9)).toEqual([]);
    });

    test('a turn is had once in a while, also after the clock began again', () => {
      const turns = [at(1), at(9), at(10), at(11), at(5), at(6, { boot: 'boot-2' }), at(7, { boot: 'boot-2' })];
      expect(turns.map((moment) => sightings.takeTurn('challenge', moment, 10))).toEqual([1, 0, 0, 1, 1, 1, 0].map(Boolean));
      expect(sightings.takeTurn('suggest', at(9), 10)).toBe(true);
    });

    test('of several looks at once one reports a move', () => {
      const move = { order: ORDER, holder: ada.key, what: 'branch-moved', ref: 'order-1', from: OID, to: NEXT } as const;
      const seen = (when: string) => ({ ...move, at: when, by: null, isInTree: false });
      expect(refMemory.firstToTell([seen('1'), { ...seen('1'), to: null }], 1_000)).toHaveLength(2);
      expect(refMemory.firstToTell([seen('2')], 2_000)).toEqual([]);
      // The same again is another move by then.
      expect(refMemory.firstToTell([seen('3')], 60_000)).toHaveLength(1);
    });

    test('who holds what is known by the session', () => {
      const seen = {
        order: ORDER,
        oid: OID,
        holder: ada.key,
        branch: null,
        tip: null,
        noted: null,
        isGone: false,
        pushed: null,
        done: null,
      };
      const ended = { ...seen, order: 'ORDER-3' as OrderId, done: OID };
      refMemory.remember([seen, { ...seen, order: OTHER, isGone: true }, ended], []);
      const path = {
        key: '/src' as PathKey,
        path: 'src' as ClaimPath,
        holder: ada.key,
        order: null,
        oid: OID,
        leavingSinceMs: null,
      };
      refMemory.rememberPaths([path], []);
      expect(refMemory.heldBy(ada.key)).toEqual([ORDER, '/src']);
      expect(refMemory.heldBy('codex:1' as SessionKey)).toEqual([]);
      // What is about to end is held by nobody, whatever a slow look still sees; a claim of the same path is another one.
      refMemory.rememberPaths([{ ...path, leavingSinceMs: 1 }], []);
      refMemory.rememberPaths([path], []);
      expect(refMemory.heldBy(ada.key)).toEqual([ORDER]);
      refMemory.rememberPaths([{ ...path, oid: NEXT }], [path]);
      expect(refMemory.heldBy(ada.key)).toEqual([ORDER, '/src']);
    });

    test('a path that nobody saw for long is forgotten, an order is not', () => {
      const PATH = '/src' as PathKey;
      sightings.beat(
        [
          { order: PATH, oid: OID },
          { order: OTHER, oid: OID },
        ],
        at(1),
      );
      sightings.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(2));
      expect([...sightings.of([PATH, ORDER, OTHER]).keys()].sort()).toEqual([PATH, ORDER, OTHER].sort());
      sightings.heartbeat([{ order: ORDER, oid: OID, activity: null }], at(KEEP_MS + 2));
      expect([...sightings.of([PATH, ORDER, OTHER]).keys()].sort()).toEqual([ORDER, OTHER]);
    });

    test('a new record of the order starts without the heartbeat of the old one', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(7));
      expect(sightings.observe([sight(ORDER, NEXT)], at(8)).get(ORDER)).toMatchObject({
        oid: NEXT,
        heartbeat: null,
        firstSeen: at(8),
      });
    });

    test('a beat under a new record replaces the row of the old one', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(7));
      sightings.beat([{ order: ORDER, oid: NEXT }], at(8));
      expect(sightings.observe([sight(ORDER, NEXT)], at(9)).get(ORDER)).toMatchObject({
        heartbeat: at(8),
        firstSeen: at(8),
      });
    });

    test('several records are seen at one moment, and others are left as they were', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(1));
      sightings.observe([sight(OTHER, NEXT)], at(2));
      const both = sightings.observe([sight(ORDER, OID), sight(OTHER, NEXT)], at(3));
      expect(both.get(ORDER)).toMatchObject({ heartbeat: at(1), firstSeen: at(1), lastSeen: at(3) });
      expect(both.get(OTHER)).toMatchObject({ heartbeat: null, firstSeen: at(2), lastSeen: at(3) });
    });

    test('a heartbeat of another boot, or one in the future, is answered as it was written', () => {
      const stored = [at(900_000, { boot: 'boot-0' }), at(900_000), at(900_000, { boot: null })];
      for (const heartbeat of stored) {
        sightings.beat([{ order: ORDER, oid: OID }], heartbeat);
        expect(sightings.observe([sight(ORDER, OID)], at(10)).get(ORDER)).toMatchObject({ heartbeat, activity: heartbeat });
      }
    });

    test('a real beat repairs one from the future', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(900_000));
      sightings.beat([{ order: ORDER, oid: OID }], at(10));
      expect(sightings.observe([sight(ORDER, OID)], at(11)).get(ORDER)?.heartbeat).toEqual(at(10));
    });

    test('an observation begins anew in another boot and when it began in the future', () => {
      sightings.observe([sight(ORDER, OID)], at(500));
      expect(sightings.observe([sight(ORDER, OID)], at(400)).get(ORDER)?.firstSeen).toEqual(at(400));
      expect(sightings.observe([sight(ORDER, OID)], at(600, { boot: 'boot-2' })).get(ORDER)?.firstSeen).toEqual(
        at(600, { boot: 'boot-2' }),
      );
      expect(sightings.observe([sight(ORDER, OID)], at(700, { boot: 'boot-2' })).get(ORDER)?.firstSeen).toEqual(
        at(600, { boot: 'boot-2' }),
      );
    });

    test('a jump of the wall clock changes no heartbeat', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(10));
      sightings.observe([sight(ORDER, OID)], at(20, { wallMs: 4_000_000_000_000 }));
      expect(sightings.observe([sight(ORDER, OID)], at(30, { wallMs: 0 })).get(ORDER)?.heartbeat).toEqual(at(10));
    });

    test('a reading keeps its fraction of a millisecond', () => {
      sightings.beat([{ order: ORDER, oid: OID }], at(10.123456));
      expect(sightings.observe([sight(ORDER, OID)], at(11)).get(ORDER)?.heartbeat?.monoMs).toBe(10.123456);
    });
  });

  describe('presence', () => {
    test('sessions are answered as they were registered, the earliest first', () => {
      const bob = {
        ...ada,
        key: 'person:1' as SessionKey,
        agent: null,
        boot: null,
        anchor: null,
        worktree: null,
        startedAt: '2026-11-21T13:00:00Z',
      };
      presence.register(ada);
      presence.register(bob);
      expect(presence.sessions()).toEqual([bob, ada]);
      expect([presence.session(ada.key), presence.session('codex:9' as SessionKey)]).toEqual([ada, null]);
    });

    test('a session keeps its start, title and issue, and takes everything else', () => {
      presence.register(ada);
      const later = {
        ...ada,
        worktree: '/w/2',
        thereSince: '2026-11-21T15:00:00.500Z',
        title: null,
        linear: null,
        startedAt: '2026-11-21T15:00:00Z',
        lastSeenAt: '2026-11-21T15:00:00Z',
      };
      presence.register({ ...later, endedAt: '2026-11-21T15:00:00Z' });
      expect(presence.sessions()).toEqual([
        { ...ada, worktree: '/w/2', thereSince: later.thereSince, lastSeenAt: later.lastSeenAt, endedAt: later.lastSeenAt },
      ]);
      presence.register({ ...later, title: 'new title' });
      expect(presence.sessions()).toMatchObject([{ title: 'new title', linear: 'ENG-7', endedAt: null }]);
    });

    test('a session keeps since when it is in one worktree', () => {
      for (const [worktree, second] of [
        ['/w/1', 1],
        ['/w/1', 2],
        ['/w/2', 3],
        ['/w/2', 4],
        ['/w/1', 5],
        [null, 6],
        [null, 7],
      ] as const)
        presence.register({ ...ada, worktree, thereSince: `2026-11-21T15:00:0${second}.000Z` });
      expect(presence.session(ada.key)?.thereSince).toBe('2026-11-21T15:00:06.000Z');
      presence.register({ ...ada, worktree: '/w/1', thereSince: '2026-11-21T15:00:08.000Z' });
      expect(presence.register({ ...ada, worktree: '/w/1' }).thereSince).toBe('2026-11-21T15:00:08.000Z');
    });

    test('a session that was not seen for the time that is kept is forgotten', () => {
      presence.register(ada);
      const bob = { ...ada, key: 'person:1' as SessionKey, lastSeenAt: '2026-11-28T14:00:01Z' };
      presence.register(bob);
      expect(presence.sessions()).toEqual([bob]);
    });

    test('what a session was told of is remembered with it, and never less than before', () => {
      expect(presence.reportedBefore(ada.key, 7)).toBe(0);
      presence.register(ada);
      expect([7, 9, 8, 9].map((number) => presence.reportedBefore(ada.key, number))).toEqual([0, 7, 9, 9]);
      presence.register(ada);
      expect([presence.reportedBefore(ada.key, 9), presence.reportedBefore('zoe' as SessionKey, 9)]).toEqual([9, 0]);
    });
  });

  describe('free orders', () => {
    test('the last ones found are remembered in their order, and for the asked time', () => {
      const free = [
        { order: { id: 'ORDER-2' as OrderId, priority: 1, createdMs: null }, oid: null },
        { order: { id: 'ORDER-1' as OrderId, priority: null, createdMs: 5 }, oid: 'a'.repeat(40) as Oid },
      ];
      expect(freeOrders.found(0, 2_000)).toEqual([]);
      freeOrders.remember([...free].reverse(), 500);
      freeOrders.remember(free, 1_000);
      expect(freeOrders.found(1_000, 2_000)).toEqual(free);
      expect([freeOrders.found(1_001, 2_000), freeOrders.found(0, 999)]).toEqual([[], []]);
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
      losses.note([loss, other, { ...loss, loser: 'zoe' as SessionKey }]);
      losses.note([loss]);
      expect(losses.takeUnreported(ada.key)).toEqual([other, loss]);
      losses.note([loss]);
      expect(losses.takeUnreported(ada.key)).toEqual([]);
      losses.note([{ ...loss, generation: 4 }]);
      expect(losses.takeUnreported(ada.key)).toMatchObject([{ generation: 4 }]);
      expect(losses.takeUnreported('zoe' as SessionKey)).toHaveLength(1);
      losses.note([]);
      expect(losses.takeUnreported('nobody' as SessionKey)).toEqual([]);
    });
  });

  describe('event log', () => {
    test('events are answered as they were appended, the newest of them, oldest first', () => {
      const bare = event('four', { order: null, session: null, sessionKey: null, generation: null, oid: null });
      for (const each of [event('one'), event('two'), event("three'; DROP TABLE event; --"), bare]) events.append(each);
      expect(events.read({ limit: 2 })).toMatchObject([event("three'; DROP TABLE event; --"), bare]);
      expect(events.read({ limit: 0 })).toEqual([]);
      expect(events.read({ limit: -1 })).toEqual([]);
    });

    test('events of one order are found among the others', () => {
      for (const [n, order] of [ORDER, OTHER, ORDER, OTHER, ORDER].entries()) events.append(event(String(n), { order }));
      expect(events.read({ order: ORDER, limit: 2 }).map(({ message }) => message)).toEqual(['2', '4']);
      expect(events.read({ order: 'ORDER-3' as OrderId, limit: 2 })).toEqual([]);
    });

    test('numbers grow, and a reader continues from one of them without a gap', () => {
      const numbers = ['one', 'two', 'three', 'four'].map((text) => events.append(event(text)));
      expect(events.read({ limit: 9 }).map(({ number }) => number)).toEqual(numbers);
      const [first, second, , last] = numbers as [number, number, number, number];
      expect(second).toBe(first + 1);
      const after = (afterNumber: number, limit: number) => events.read({ afterNumber, limit }).map(({ message }) => message);
      expect(after(first, 2)).toEqual(['two', 'three']);
      expect([after(0, 9), after(last, 9)]).toEqual([['one', 'two', 'three', 'four'], []]);
    });

    test('events are found by kind and by time', () => {
      const times = ['13:59:59', '14:00:00', '14:00:01'];
      for (const time of times)
        for (const kind of ['claim', "int'ent"]) events.append(event(time, { kind, at: `2026-11-21T${time}Z` }));
      const found = (filter: object) => events.read({ limit: 9, ...filter }).map(({ message }) => message);
      expect(found({ kinds: ["int'ent"] })).toEqual(times);
      expect(found({ kinds: ['claim', "int'ent"], since: '2026-11-21T14:00:01Z' })).toEqual(['14:00:01', '14:00:01']);
      expect(found({ kinds: [] })).toEqual([]);
      expect(found({ kinds: ['claim'], since: '2026-11-21T14:00:00Z', limit: 1 })).toEqual(['14:00:01']);
    });

    test('an event keeps its detail', () => {
      const detail = { paths: ['a "b"', '__proto__'], count: 2, ['__proto__']: null };
      events.append(event('one', { detail }));
      expect(events.read({ limit: 1 })).toMatchObject([{ detail }]);
    });

    test('events are kept for the given time after the newest', () => {
      for (const day of ['20', '21', '22']) events.append(event(day, { at: `2026-11-${day}T14:00:00Z` }));
      events.append(event('28', { at: '2026-11-28T14:00:00Z' }));
      expect(events.read({ limit: 10 }).map(({ message }) => message)).toEqual(['21', '22', '28']);
    });
  });

  describe('outbox', () => {
    const AT = '2026-11-21T14:00:00Z';
    const mirrorOf = (order: OrderId, mirror = 'front-matter') => ({ order, mirror });

    test('pending mirrors exist until exactly they are removed', () => {
      const [one, other] = outbox.notePending([mirrorOf(ORDER), mirrorOf(OTHER)], AT) as [PendingMirror, PendingMirror];
      expect(outbox.pending()).toEqual([one, other]);
      expect(one).toEqual({ ...mirrorOf(ORDER), number: one.number, notedAt: AT, attempts: 0 });
      expect([outbox.removePending([one]), outbox.removePending([one]), outbox.removePending([])]).toEqual([true, false, true]);
      expect(outbox.pending()).toEqual([other]);
    });

    test('a pending mirror that is noted again is a new one, and who knew the old one does not remove it', () => {
      const [old] = outbox.notePending([mirrorOf(ORDER)], AT) as [PendingMirror];
      const [again] = outbox.notePending([mirrorOf(ORDER)], AT) as [PendingMirror];
      expect(outbox.removePending([old])).toBe(false);
      expect(outbox.pending()).toEqual([again]);
      outbox.removePending([again]);
      expect((outbox.notePending([mirrorOf(ORDER)], AT) as [PendingMirror])[0].number).toBeGreaterThan(again.number);
    });

    test('failed attempts to write a mirror are counted', () => {
      const [entry] = outbox.notePending([mirrorOf(ORDER)], AT) as [PendingMirror];
      outbox.noteFailure(entry, '2026-11-21T15:00:00Z');
      expect(outbox.pending()).toEqual([{ ...entry, notedAt: '2026-11-21T15:00:00Z', attempts: 1 }]);
    });

    test('the event of a change removes the pending event, and no other event does', () => {
      outbox.notePending([mirrorOf(ORDER, 'feed'), mirrorOf(OTHER, 'feed'), mirrorOf(ORDER)], AT);
      events.append(event('an intent', { oid: null }));
      expect(outbox.pending()).toHaveLength(3);
      events.append(event('the change'));
      expect(outbox.pending()).toMatchObject([mirrorOf(OTHER, 'feed'), mirrorOf(ORDER)]);
    });
  });

  test('can be used after it was closed', () => {
    sightings.beat([{ order: ORDER, oid: OID }], at(1));
    cache.close();
    expect(sightings.observe([sight(ORDER, OID)], at(2)).get(ORDER)?.heartbeat).toEqual(at(1));
  });
});

function sight(order: OrderId, oid: Oid) {
  return { order, oid, continues: null, isDead: false };
}
