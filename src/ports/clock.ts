import type { Moment } from '../core/time.ts';

export interface Clock {
  now(): Moment;
  /** Returns whether the monotonic clock may be right. One that is ahead of the kernel's makes everybody look silent. */
  isCredible(): boolean;
}
