import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertLease, formatLease, parseLease, UNHELPED_LEASE } from '../../../src/core/record/lease.ts';
import { LEASE } from '../../support/claims.ts';
import { failed } from '../../support/failures.ts';

test('both leases of the design work, and are read back from their trailer', () => {
  expect(formatLease(LEASE)).toBe('beat=30 stale=90 expire=180 grace=30');
  expect(formatLease(UNHELPED_LEASE)).toBe('beat=60 stale=180 expire=300 grace=60');
  for (const lease of [LEASE, UNHELPED_LEASE]) expect(parseLease(formatLease(assertLease(lease)))).toEqual(lease);
});

test.each([
  ['no beat', { beatMs: 0 }, 'must be above zero'],
  ['a beat without an end', { beatMs: Number.POSITIVE_INFINITY }, 'must be above zero'],
  ['no number', { graceMs: Number.NaN }, 'must be above zero'],
  ['stale before a beat was due', { staleMs: 30_000 }, 'claim.staleAfter must be longer than claim.heartbeat'],
  ['a grace a holder could miss', { graceMs: 19_999 }, 'claim.grace must be at least two polls'],
  ['expiry before a challenge could be answered', { expireMs: 119_999 }, 'claim.expireAfter must be at least'],
])('%s is no lease', (_, change, complaint) => {
  const terms = { ...LEASE, ...change };
  expect(failed(() => assertLease(terms))).toMatchObject({
    failure: { kind: 'lease', terms },
    message: expect.stringContaining(complaint),
  });
});

test('whatever a trailer says, the terms read from it work together', () => {
  const number = fc.oneof(fc.nat(1_000).map(String), fc.string({ unit: fc.constantFrom(...'0.9'), maxLength: 14 }));
  fc.assert(
    fc.property(number, number, number, number, (beat, stale, expire, grace) => {
      const lease = parseLease(`beat=${beat} stale=${stale} expire=${expire} grace=${grace}`);
      if (lease !== null) expect(assertLease(lease)).toBe(lease);
    }),
  );
});
