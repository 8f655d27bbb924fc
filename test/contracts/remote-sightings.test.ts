import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CloneId, Oid } from '../../src/core/ids.ts';
import { mostElapsedMs } from '../../src/core/time.ts';
import { memoryCaches, sqliteCaches } from '../support/caches.ts';

const [CLONE, OTHER] = ['c1'.repeat(16) as CloneId, 'c2'.repeat(16) as CloneId];
const [OID, NEXT] = ['a1'.repeat(20) as Oid, 'a2'.repeat(20) as Oid];
const instant = (ms: number, boot: string | null = 'boot-1') => ({ boot, monoMs: ms, wallMs: 1_000_000 + ms, upMs: 2 * ms });
const moment = (ms: number) => ({ boot: 'boot-1', monoMs: ms, wallMs: 1_000_000 + ms });

describe.each([
  ['memory', () => memoryCaches(1_000)],
  ['sqlite', () => sqliteCaches(mkdtempSync(join(tmpdir(), 'git claim ')), 1_000)],
])('what was read of the remote, in %s', (_, open) => {
  test('nothing, at first', () => {
    const { remoteSightings, cache } = open();
    expect([remoteSightings.lastRead(), remoteSightings.acceptedAt(OID)]).toEqual([null, null]);
    expect([remoteSightings.beats().size, remoteSightings.heard().size]).toEqual([0, 0]);
    cache.close();
  });

  test('the last read and its beats; what was vouched for once stays with the time at which it was heard last', () => {
    const { remoteSightings, cache } = open();
    remoteSightings.noteRead({ began: instant(1), ended: moment(2), beats: new Map([[CLONE, OID]]), vouched: ['a', 'b'] });
    const beats = new Map([
      [CLONE, NEXT],
      [OTHER, OID],
    ]);
    remoteSightings.noteRead({ began: instant(5), ended: moment(7), beats, vouched: ['b', 'c'] });
    expect(remoteSightings.lastRead()).toEqual(instant(5));
    expect(remoteSightings.beats()).toEqual(beats);
    expect(remoteSightings.heard()).toEqual(
      new Map([
        ['a', moment(2)],
        ['b', moment(7)],
        ['c', moment(7)],
      ]),
    );
    cache.close();
  });

  test('what was accepted, and when its push began', () => {
    const { remoteSightings, cache } = open();
    remoteSightings.noteAccepted([], instant(1));
    remoteSightings.noteAccepted([OID, NEXT], instant(1));
    remoteSightings.noteAccepted([NEXT], instant(9));
    expect([remoteSightings.acceptedAt(OID), remoteSightings.acceptedAt(NEXT)]).toEqual([instant(1), instant(9)]);
    cache.close();
  });
});

test.each([
  ['the monotonic clock', instant(0), { ...instant(50), upMs: 0 }, 50],
  ['the one that goes on in sleep', instant(0), { ...instant(50), upMs: 500 }, 500],
  ['the wall', instant(0), { ...instant(50), wallMs: 1_009_000 }, 9_000],
  ['no clock, after a boot', instant(0, 'boot-0'), instant(1), Number.POSITIVE_INFINITY],
  ['no clock, without boots', instant(0, null), instant(1, null), Number.POSITIVE_INFINITY],
])('a holder counts the time by %s, if that says the most', (_, since, now, ms) => {
  expect(mostElapsedMs(since, now)).toBe(ms);
});
