import type { Instant, Moment } from '../core/time.ts';

export interface Clock {
  now(): Moment;
  /** Returns the same with the clock that goes on while the machine sleeps. */
  instant(): Instant;
  /** Returns whether the monotonic clock may be right. One that is ahead of the kernel's makes everybody look silent. */
  isCredible(): boolean;
}
