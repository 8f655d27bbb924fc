import type { Clock } from '../../ports/clock.ts';
import { bootId, timeShift } from './boot.ts';
import { monotonicMs } from './monotonic.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => ({ boot: bootOfClock(), monoMs: monotonicMs(), wallMs: Date.now() }),
};

/** Readings of a shifted clock compare only with one another. */
function bootOfClock(): string | null {
  const [boot, shift] = [bootId(), timeShift()];
  return boot === null || shift === null ? boot : `${boot}/${shift}`;
}
