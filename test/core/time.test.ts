import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, formatInstant, parseDurationMs, parseInstant } from '../../src/core/time.ts';
import { failed } from '../support/failures.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['30', 30_000],
  ['1.5m', 90_000],
  [' 15m ', 900_000],
  ['4h', 14_400_000],
  ['7d', 604_800_000],
  ['0', 0],
  ['3650d', 315_360_000_000],
])('%j is %i ms', (text, ms) => {
  expect(parseDurationMs(text, 'x')).toBe(ms);
});

test.each(['', 'banana', '-1s', '+1s', '1e99', '1s1', '1 s', '3651d', '999999999999d', '١s', '1w', 'NaN', 'Infinity', '0x10'])(
  '%j is no duration, and the complaint names the key',
  (text) => {
    expect(failed(() => parseDurationMs(text, 'claim.heartbeat'))).toMatchObject({
      failure: { kind: 'duration', name: 'claim.heartbeat', text },
      message: expect.stringMatching(/^claim\.heartbeat: ".*" is not a duration$/),
    });
  },
);

test('a duration is never anything but milliseconds between nothing and ten years', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.smhd-e ') }), (text) => {
      try {
        const ms = parseDurationMs(text, 'x');
        expect(Number.isInteger(ms) && ms >= 0 && ms <= 315_360_000_000).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'usage' });
      }
    }),
  );
});

test('a length of time is said in its largest whole unit, and never a negative one', () => {
  const said = [-5, 0, 119_999, 120_000, 7_199_999, 7_200_000, 172_799_999, 172_800_000].map(formatDuration);
  expect(said).toEqual(['0s', '0s', '119s', '2m', '119m', '2h', '47h', '2d']);
});

test('an instant is read back to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (epochMs) => {
      expect(parseInstant(formatInstant(epochMs))).toBe(Math.floor(epochMs / 1000) * 1000);
    }),
  );
  for (const text of ['', 'now', '2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', 'x'.repeat(10_000)]) {
    expect(parseInstant(text)).toBeNull();
  }
});
