import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloneId, Oid } from '../../../src/core/ids.ts';
import { judgeElsewhere, type RemoteView, termsElsewhere, withBeats } from '../../../src/core/liveness/elsewhere.ts';
import { DEFAULT_PATIENCE } from '../../../src/core/liveness/idle.ts';
import { markOf } from '../../../src/core/liveness/mark.ts';
import { afterSight, type Observation } from '../../../src/core/liveness/observation.ts';
import { contend } from '../../../src/core/liveness/takeover.ts';
import { DEFAULT_REMOTE_LEASE } from '../../../src/core/record/lease.ts';
import type { Life } from '../../../src/core/session/life.ts';
import type { Moment } from '../../../src/core/time.ts';
import { holderNamed, ORDER, recordOf } from '../../support/claims.ts';

const { staleMs, expireMs, graceMs } = DEFAULT_REMOTE_LEASE;
const UNSEEN: Life = { kind: 'unknown', why: 'host' };
const at = (monoMs: number, boot = 'boot-1'): Moment => ({ boot, monoMs, wallMs: 0 });
const oid = (number: number) => number.toString(16).padStart(2, '0').repeat(20) as Oid;

const record = recordOf({
  holder: { ...holderNamed('ada'), host: 'b', clone: 'c1'.repeat(16) as CloneId },
  remoteLease: DEFAULT_REMOTE_LEASE,
});

/** An observer in another clone, whose clock the test moves. */
class Observer {
  now = 0;
  lastRead: Moment | null = null;
  readonly heard = new Map<string, Moment>();
  seen: Observation | null = null;

  /** Reads the remote, which takes a second. */
  read(current: { oid: Oid; previous: Oid | null; isChallenged: boolean }, vouched: readonly Oid[]): void {
    this.lastRead = at(this.now);
    this.now += 1_000;
    for (const one of vouched) this.heard.set(markOf(one), at(this.now));
    const continues = current.isChallenged ? current.previous : null;
    this.seen = afterSight(this.seen, { order: ORDER, oid: current.oid, continues, isDead: false }, at(this.now));
  }

  contend(current: { oid: Oid; previous: Oid | null; isChallenged: boolean }, life: Life = UNSEEN) {
    const challenge = current.isChallenged ? { by: record.holder.key, nonce: '0'.repeat(32) } : null;
    const its = { ...record, challenge, action: current.isChallenged ? 'challenge' : 'claim' };
    const view: RemoteView = { lastRead: this.lastRead, heard: this.heard };
    const claim = { oid: current.oid, previous: current.previous, record: its };
    const seen = withBeats(ORDER, claim, this.seen, view, at(this.now));
    const verdict = judgeElsewhere(its, life, seen, view, at(this.now), DEFAULT_PATIENCE);
    return { verdict, outcome: contend({ challenge, lease: termsElsewhere(its) }, verdict, seen, this.lastRead ?? at(this.now)) };
  }
}

test('whatever is read and when, a claim is taken only if two reads show it as silent for so long, and as challenged for so long', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 300_000 }) }),
    fc.record({ kind: fc.constantFrom('read' as const, 'read' as const, 'beat' as const, 'answer' as const, 'look' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const observer = new Observer();
      let current = { oid: oid(1), previous: null as Oid | null, isChallenged: false };
      let records = 1;
      let vouched: Oid[] = [];
      // What happened, by the observer's clock: the ends of the reads that first showed something, and the last one's beginning.
      let [lifeShownAt, recordShownAt] = [Number.NaN, Number.NaN];
      let shown: Oid | null = null;
      for (const one of steps) {
        if (one.kind === 'wait') observer.now += one.ms;
        if (one.kind === 'beat') vouched = [current.oid];
        if (one.kind === 'answer') {
          records += 1;
          current = { oid: oid(records), previous: current.oid, isChallenged: false };
        }
        if (one.kind === 'read') {
          const isContinued = shown !== null && (shown === current.oid || (current.isChallenged && shown === current.previous));
          observer.read(current, vouched);
          if (vouched.length > 0 || !isContinued) lifeShownAt = observer.now;
          if (shown !== current.oid) recordShownAt = observer.now;
          shown = current.oid;
          vouched = [];
        }
        if (one.kind !== 'look' || shown !== current.oid) continue;
        const { outcome } = observer.contend(current);
        const silentMs = (observer.lastRead as Moment).monoMs - lifeShownAt;
        if (outcome.kind === 'challenge') {
          expect(silentMs).toBeGreaterThanOrEqual(staleMs);
          records += 1;
          current = { oid: oid(records), previous: current.oid, isChallenged: true };
        }
        if (outcome.kind !== 'take') continue;
        expect(current.isChallenged).toBe(true);
        expect(silentMs).toBeGreaterThanOrEqual(expireMs);
        expect((observer.lastRead as Moment).monoMs - recordShownAt).toBeGreaterThanOrEqual(graceMs);
        return;
      }
    }),
  );
});

const FIRST = { oid: oid(1), previous: null, isChallenged: false };

test('what was read before this boot, or too long ago, says nothing of anybody', () => {
  const observer = new Observer();
  expect(observer.contend(FIRST).verdict).toMatchObject({
    liveness: 'unknown',
    evidence: 'the remote was not read yet, on host b, another clone',
  });
  observer.read(FIRST, []);
  observer.now += staleMs * 10;
  expect(observer.contend(FIRST)).toMatchObject({ verdict: { liveness: 'unknown' }, outcome: { kind: 'leave', waitMs: null } });
  observer.lastRead = at(observer.now, 'boot-0');
  expect(observer.contend(FIRST).verdict.liveness).toBe('unknown');
});

test('a beat that was heard before a challenge counts until it, and not for longer', () => {
  const observer = new Observer();
  observer.read(FIRST, []);
  observer.now += staleMs - 10_000;
  observer.read(FIRST, [FIRST.oid]);
  expect(observer.contend(FIRST).verdict.evidence).toBe('on host b, another clone, seen in its beat 0s ago');
  observer.now += staleMs - 1_000;
  const challenged = { oid: oid(2), previous: FIRST.oid, isChallenged: true };
  observer.read(FIRST, []);
  expect(observer.contend(FIRST).outcome.kind).toBe('leave');
  observer.now += 2_000;
  observer.read(challenged, []);
  expect(observer.contend(challenged).verdict).toMatchObject({
    liveness: 'challenged',
    evidence: expect.stringMatching(/^silent for 6m/),
  });
});

test('on the same machine its process counts: one that runs protects it, and one that is gone is replaced', () => {
  const observer = new Observer();
  observer.read(FIRST, []);
  observer.now += 3 * expireMs;
  observer.read(FIRST, []);
  expect(observer.contend(FIRST).outcome.kind).toBe('challenge');
  expect(observer.contend(FIRST, { kind: 'alive' })).toMatchObject({
    verdict: { liveness: 'live', isProtected: true },
    outcome: { kind: 'leave', waitMs: null },
  });
  expect(observer.contend(FIRST, { kind: 'gone', why: 'exited' }).verdict.liveness).toBe('dead');
});
