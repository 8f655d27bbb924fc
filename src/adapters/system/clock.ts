import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Moment } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { bootId, timeShift } from './boot.ts';
import { monotonicMs } from './monotonic.ts';
import { parseStat } from './proc-fs.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  now,
  instant: () => ({ ...now(), upMs: uptime() * 1_000 }),
  isCredible: () => {
    const startedMs = startOfSelfMs();
    return startedMs === null || isWithinKernelTime(monotonicMs() - process.uptime() * 1_000, startedMs);
  },
};

function now(): Moment {
  return { boot: bootOfClock(), monoMs: monotonicMs(), wallMs: Date.now() };
}

/** What the kernel and Node count differently: suspended time, which only the former has, makes no clock run ahead. */
const SLACK_MS = 2_000;

/**
 * Returns whether a process may have started at this reading of the monotonic clock, if it started so long after boot by the
 * kernel's own count. A library that fakes the clock (libfaketime) does not reach that.
 */
export function isWithinKernelTime(monoMs: number, kernelMs: number): boolean {
  return monoMs <= kernelMs + SLACK_MS;
}

/** Returns how long after boot this process started; null where the system does not tell. */
function startOfSelfMs(): number | null {
  try {
    const stat = process.platform === 'linux' ? parseStat(readFileSync('/proc/self/stat', 'utf8')) : null;
    return stat === null ? null : Number(stat.start) * MS_PER_TICK;
  } catch {
    return null;
  }
}

/** The kernel shows ticks of a hundredth of a second. */
const MS_PER_TICK = 10;

/** Readings of a shifted clock compare only with one another. */
function bootOfClock(): string | null {
  const [boot, shift] = [bootId(), timeShift()];
  return boot === null || shift === null ? boot : `${boot}/${shift}`;
}
