import type { Clock } from '../../ports/clock.ts';
import { bootId } from './boot.ts';
import { monotonicMs } from './monotonic.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => ({ boot: bootId(), monoMs: monotonicMs(), wallMs: Date.now() }),
};
