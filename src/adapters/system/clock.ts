import type { Clock } from '../../ports/clock.ts';
import { bootId } from './boot.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => ({ boot: bootId(), monoMs: Number(process.hrtime.bigint() / NANOSECONDS_PER_MS), wallMs: Date.now() }),
};

const NANOSECONDS_PER_MS = 1_000_000n;
