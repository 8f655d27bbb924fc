import type { Moment } from '../core/time.ts';

export interface Clock {
  now(): Moment;
}
