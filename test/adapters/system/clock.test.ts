import { expect, test } from 'vitest';
import { bootId, parseBootId, parseTimeShift } from '../../../src/adapters/system/boot.ts';
import { isWithinKernelTime, systemClock } from '../../../src/adapters/system/clock.ts';

test('two readings are of one boot and never go backwards', () => {
  const [first, second] = [systemClock.now(), systemClock.now()];
  expect(second.boot).toBe(first.boot);
  expect(second.monoMs).toBeGreaterThanOrEqual(first.monoMs);
  expect(Number.isSafeInteger(first.monoMs)).toBe(true);
  expect(first.boot).toBe(bootId());
});

test('a boot id is a uuid in lower case, or none', () => {
  expect(parseBootId('ED4B68D8-8C9A-4AC3-96BD-8E6E41201281\n')).toBe('ed4b68d8-8c9a-4ac3-96bd-8e6e41201281');
  expect(parseBootId('')).toBeNull();
  expect(parseBootId('sysctl: unknown oid')).toBeNull();
});

test('clocks that are not shifted go without saying', () => {
  expect(parseTimeShift('monotonic           0         0\nboottime            0         0\n')).toBeNull();
  expect(parseTimeShift('')).toBeNull();
  expect(parseTimeShift('monotonic           -300         0\nboottime            5000         0\n')).toBe('m300n0n5000n0');
  expect(parseTimeShift(`monotonic ${'9'.repeat(10)} ${'9'.repeat(9)}\nboottime 1 1`)).toHaveLength(20);
});

test('a clock that is ahead of the kernel is not believed; one that stood still while the machine slept is', () => {
  expect(systemClock.isCredible()).toBe(true);
  expect(isWithinKernelTime(5_000, 5_000)).toBe(true);
  expect(isWithinKernelTime(5_000, 900_000)).toBe(true);
  expect(isWithinKernelTime(900_000, 5_000)).toBe(false);
});
