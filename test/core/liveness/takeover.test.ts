import { describe, expect, test } from 'vitest';
import type { ClaimRecord } from '../../../src/core/claim/record.ts';
import type { Oid, OrderId, SessionId, SessionKey } from '../../../src/core/ids.ts';
import { DEFAULT_PATIENCE } from '../../../src/core/liveness/idle.ts';
import { judge } from '../../../src/core/liveness/liveness.ts';
import { afterBeat, afterHeartbeat, afterSight, type Observation } from '../../../src/core/liveness/observation.ts';
import { contend } from '../../../src/core/liveness/takeover.ts';
import { personLease } from '../../../src/core/record/lease.ts';
import type { Life } from '../../../src/core/session/life.ts';

const ORDER = 'ORDER-1' as OrderId;
const OID = 'a'.repeat(40) as Oid;
const CHALLENGED = 'b'.repeat(40) as Oid;
const CHALLENGE = { by: 'bob' as SessionKey, nonce: 'c'.repeat(32) };

/** The lease of a session with a helper, in milliseconds. */
const LEASE = { beatMs: 30_000, staleMs: 90_000, expireMs: 180_000, graceMs: 30_000 };
const TEN_YEARS_MS = 315_360_000_000;
const ALIVE: Life = { kind: 'alive' };
const GONE: Life = { kind: 'gone', why: 'exited' };
const UNKNOWN: Life = { kind: 'unknown', why: 'namespace' };

describe('a claim whose holder was last heard of at 0 s', () => {
  test.each([
    ['heard just now', UNKNOWN, 10, 'live', { kind: 'leave', waitMs: 80_000 }],
    ['one moment before it is stale', UNKNOWN, 89.999, 'live', { kind: 'leave', waitMs: 1 }],
    ['stale', UNKNOWN, 90, 'stale', { kind: 'challenge', waitMs: 90_000, silentMs: 90_000 }],
    [
      'silent for longer than any lease, but never challenged',
      UNKNOWN,
      9_000,
      'stale',
      { kind: 'challenge', waitMs: 30_000, silentMs: 9_000_000 },
    ],
    ['silent, but its process runs', ALIVE, 9_000, 'live', { kind: 'leave', waitMs: null }],
    ['its process is gone, seen so for the first time', GONE, 10, 'dead', { kind: 'leave', waitMs: 15_000 }],
  ] as const)('%s', (_, life, atSeconds, liveness, contention) => {
    const seen = afterSight(afterBeat(null, ORDER, OID, moment(0)), sight(OID, life), moment(atSeconds));
    expect(outcome(record(null), life, seen, atSeconds)).toEqual({ liveness, contention });
  });
});

describe('a claim silent since 0 s and challenged at 100 s', () => {
  const before = afterBeat(null, ORDER, OID, moment(0));
  const challenged = afterSight(before, { ...sight(CHALLENGED, UNKNOWN), continues: OID }, moment(100));

  test.each([
    ['the grace is running', 110, 'challenged', { kind: 'leave', waitMs: 70_000 }],
    ['the grace is over, the lease is not', 140, 'challenged', { kind: 'leave', waitMs: 40_000 }],
    ['both are over', 180, 'expired', { kind: 'take', because: 'silent for 3m, no answer to a challenge for 80s' }],
  ] as const)('%s', (_, atSeconds, liveness, contention) => {
    const seen = afterSight(challenged, sight(CHALLENGED, UNKNOWN), moment(atSeconds));
    expect(outcome(record(CHALLENGE), UNKNOWN, seen, atSeconds)).toEqual({ liveness, contention });
  });

  test('a beat under the challenge begins the silence anew', () => {
    const seen = afterBeat(challenged, ORDER, CHALLENGED, moment(170));
    expect(outcome(record(CHALLENGE), UNKNOWN, seen, 180).contention).toEqual({ kind: 'leave', waitMs: 80_000 });
  });

  test('a contender that sees the challenge for the first time starts to count there', () => {
    const seen = afterSight(null, sight(CHALLENGED, UNKNOWN), moment(5_000));
    expect(outcome(record(CHALLENGE), UNKNOWN, seen, 5_000).contention).toEqual({ kind: 'leave', waitMs: 90_000 });
  });
});

describe('what was never seen robs nobody', () => {
  test('no cache at all', () => {
    expect(outcome(record(null), UNKNOWN, null, 9_000)).toEqual({
      liveness: 'live',
      contention: { kind: 'leave', waitMs: 90_000 },
    });
    expect(outcome(record(null), GONE, null, 9_000).contention).toEqual({ kind: 'leave', waitMs: 15_000 });
  });

  test('another boot, and a reading from the future', () => {
    const elsewhere = afterBeat(null, ORDER, OID, { ...moment(0), boot: 'another' });
    const later = afterBeat(null, ORDER, OID, moment(99_999));
    for (const seen of [elsewhere, later]) {
      expect(outcome(record(null), UNKNOWN, seen, 9_000).contention).toEqual({ kind: 'leave', waitMs: 90_000 });
    }
  });

  test.each([
    ['back by ten years', -TEN_YEARS_MS],
    ['on by ten years', TEN_YEARS_MS],
    ['by a night for which the machine slept, and its monotonic clock with it', 28_800_000],
  ])('a step of the wall clock %s', (_, stepMs) => {
    const before = afterBeat(null, ORDER, OID, moment(0));
    const stepped = { ...moment(10), wallMs: moment(10).wallMs + stepMs };
    const seen = afterSight(before, sight(OID, UNKNOWN), stepped);
    const verdict = judge(record(null), UNKNOWN, seen, stepped, DEFAULT_PATIENCE);
    expect(verdict).toMatchObject({ liveness: 'live', evidence: 'last heartbeat 10s ago' });
    expect(contend(record(null), verdict, seen, stepped)).toEqual({ kind: 'leave', waitMs: 80_000 });
    const gone = afterSight(seen, sight(OID, GONE), stepped);
    expect(contend(record(null), judge(record(null), GONE, gone, stepped, DEFAULT_PATIENCE), gone, stepped)).toEqual({
      kind: 'leave',
      waitMs: 15_000,
    });
  });
});

describe('a holder that lives and does nothing since 0 s', () => {
  const beating = (atSeconds: number) =>
    afterHeartbeat(afterBeat(null, ORDER, OID, moment(0)), { order: ORDER, oid: OID, activity: null }, moment(atSeconds));

  test.each([
    ['for a while', 1_799, false, 'process 4711 runs, last heartbeat 0s ago'],
    ['so long that it is idle', 1_800, true, 'process 4711 runs, last heartbeat 0s ago, idle for 30m'],
    ['nearly so long that it is forgotten', 14_399, true, 'process 4711 runs, last heartbeat 0s ago, idle for 3h'],
  ] as const)('%s, is protected', (_, atSeconds, isIdle, evidence) => {
    const verdict = judge(record(null), ALIVE, beating(atSeconds), moment(atSeconds), DEFAULT_PATIENCE);
    expect(verdict).toEqual({ liveness: 'live', isProtected: true, isIdle, evidence });
  });

  test('is challenged once it is forgotten and its helper is silent, as if nothing were known of its process', () => {
    const seen = beating(14_399);
    expect(outcome(record(null), ALIVE, seen, 14_400).contention).toEqual({ kind: 'leave', waitMs: 89_000 });
    expect(outcome(record(null), ALIVE, seen, 14_489).contention).toEqual({
      kind: 'challenge',
      waitMs: 90_000,
      silentMs: 90_000,
    });
  });

  test('is protected for ever where claim.maxIdle is 0', () => {
    const verdict = judge(record(null), ALIVE, beating(0), moment(999_999), { ...DEFAULT_PATIENCE, maxIdleMs: 0 });
    expect(verdict).toMatchObject({ isProtected: true, isIdle: true });
  });

  test('is not idle where what it did was never seen', () => {
    const seen = afterHeartbeat(null, { order: ORDER, oid: OID, activity: null }, moment(14_300));
    expect(judge(record(null), ALIVE, seen, moment(14_400), DEFAULT_PATIENCE)).toMatchObject({ isIdle: false });
  });
});

test('a dead holder is taken once it was seen dead for 15 s; one that was seen alive in between is not', () => {
  const first = afterSight(null, sight(OID, GONE), moment(0));
  const second = afterSight(first, sight(OID, GONE), moment(15));
  const because = 'process 4711 exited at least 15s ago';
  expect(outcome(record(null), GONE, second, 15).contention).toEqual({ kind: 'take', because });
  const alive = afterSight(first, sight(OID, ALIVE), moment(10));
  const again = afterSight(alive, sight(OID, GONE), moment(15));
  expect(outcome(record(null), GONE, again, 15).contention).toEqual({ kind: 'leave', waitMs: 15_000 });
});

describe('a person whose terminal has closed', () => {
  const plain = record(null);
  const person = { uid: 1000, terminal: 'pts/3', name: 'Ada' };
  const hers = { ...plain, holder: { ...plain.holder, person }, lease: personLease(LEASE, 7_200_000) };
  const closed = afterSight(afterBeat(null, ORDER, OID, moment(0)), { ...sight(OID, GONE), isDead: false }, moment(60));

  test('is there for as long as the record says, and then silent as anybody may be', () => {
    expect(judge(hers, GONE, closed, moment(7_199), DEFAULT_PATIENCE)).toMatchObject({
      liveness: 'live',
      isProtected: false,
      evidence: 'its terminal has closed (process 4711 exited), last heartbeat 119m ago, idle for 119m',
    });
    expect(outcome(hers, GONE, closed, 7_199)).toEqual({ liveness: 'live', contention: { kind: 'leave', waitMs: 1_000 } });
    expect(outcome(hers, GONE, closed, 7_200)).toEqual({
      liveness: 'stale',
      contention: { kind: 'challenge', waitMs: 30_000, silentMs: 7_200_000 },
    });
    const challenged = { ...hers, challenge: { by: 'bob' as SessionKey, nonce: '0'.repeat(32) } };
    const seen = afterSight(closed, { order: ORDER, oid: CHALLENGED, continues: OID, isDead: false }, moment(7_200));
    expect(outcome(challenged, GONE, seen, 7_229).contention).toEqual({ kind: 'leave', waitMs: 1_000 });
    expect(outcome(challenged, GONE, seen, 7_230)).toMatchObject({ liveness: 'expired', contention: { kind: 'take' } });
  });

  test('is so after a reboot, from when it was first seen again', () => {
    const boot: Life = { kind: 'unknown', why: 'boot' };
    expect(outcome(hers, boot, closed, 7_199).contention.kind).toBe('leave');
    expect(judge(hers, boot, null, moment(0), DEFAULT_PATIENCE).evidence).toBe('nothing seen of it yet, host ada, another boot');
  });

  test('is protected while it is open, like anybody whose process runs', () => {
    expect(judge(hers, ALIVE, closed, moment(7_300), DEFAULT_PATIENCE)).toMatchObject({ liveness: 'live', isProtected: true });
  });
});

const [ZOMBIE, REUSED]: Life[] = [
  { kind: 'gone', why: 'zombie' },
  { kind: 'gone', why: 'reused' },
];

test.each([
  ['runs', ALIVE, 'live', 'process 4711 runs, last heartbeat 100s ago'],
  ['exited', GONE, 'dead', 'process 4711 exited'],
  ['is a zombie', ZOMBIE, 'dead', 'process 4711 exited (a zombie)'],
  ['gave its number away', REUSED, 'dead', 'process 4711 exited (its number belongs to another process now)'],
  ['cannot be seen', { kind: 'unknown', why: 'hidden' }, 'stale', 'process 4711 cannot be seen from here'],
  ['is in another container', UNKNOWN, 'stale', 'silent for 100s, in another container'],
  ['is on another host', { kind: 'unknown', why: 'host' }, 'stale', 'silent for 100s, on host ada'],
  ['was of another boot', { kind: 'unknown', why: 'boot' }, 'stale', 'silent for 100s, host ada, another boot'],
  ['is not known', { kind: 'unknown', why: 'no-anchor' }, 'stale', 'silent for 100s, no process on ada can be watched'],
] as const)('of a holder whose process %s the evidence says so', (_, life, liveness, evidence) => {
  const verdict = judge(record(null), life as Life, afterBeat(null, ORDER, OID, moment(0)), moment(100), DEFAULT_PATIENCE);
  expect(verdict.liveness).toBe(liveness);
  expect(verdict.evidence).toContain(evidence);
});

function outcome(claim: ClaimRecord, life: Life, seen: Observation | null, atSeconds: number) {
  const verdict = judge(claim, life, seen, moment(atSeconds), DEFAULT_PATIENCE);
  return { liveness: verdict.liveness, contention: contend(claim, verdict, seen, moment(atSeconds)) };
}

function sight(oid: Oid, life: Life) {
  return { order: ORDER, oid, continues: null, isDead: life.kind === 'gone' };
}

function moment(seconds: number) {
  return { boot: 'this', monoMs: seconds * 1_000, wallMs: 1_800_000_000_000 + seconds * 1_000 };
}

function record(challenge: ClaimRecord['challenge']): ClaimRecord {
  return {
    order: ORDER,
    action: challenge === null ? 'claim' : 'challenge',
    state: 'active',
    generation: 1,
    nonce: '0'.repeat(32),
    holder: {
      key: 'alice' as SessionKey,
      id: 'alice' as SessionId,
      agent: null,
      host: 'ada',
      boot: 'this',
      anchor: { pid: 4711, start: '1', ns: '1' },
      person: null,
      clone: null,
    },
    worktree: null,
    branch: null,
    base: null,
    tip: null,
    paths: [],
    lease: LEASE,
    remoteLease: null,
    challenge,
    takenFrom: null,
    claimedAt: '2026-11-21T00:00:00Z',
    recordedAt: '2026-11-21T00:00:00Z',
    linear: null,
    note: null,
  };
}
