import { ClaimError } from '../errors.ts';
import type { Moment } from '../time.ts';
import { elapsedMs, type Observation } from './observation.ts';

/** How long a session may do nothing while it is alive. */
export type Patience = {
  /** After this its claims are shown as idle. Nobody may take them for that. */
  readonly idleAfterMs: number;
  /** After this its helper stops beating and its process protects nothing; 0: never. */
  readonly maxIdleMs: number;
};

export const DEFAULT_PATIENCE: Patience = { idleAfterMs: 30 * 60_000, maxIdleMs: 4 * 3_600_000 };

/**
 * Returns the durations if they can work together.
 *
 * @throws ClaimError `usage` that names the keys
 */
export function assertPatience(patience: Patience): Patience {
  const { idleAfterMs, maxIdleMs } = patience;
  if (idleAfterMs <= 0) throw new ClaimError({ code: 'usage', kind: 'idle-after' });
  if (maxIdleMs === 0 || maxIdleMs >= idleAfterMs) return patience;
  throw new ClaimError({ code: 'usage', kind: 'max-idle', maxIdleMs, idleAfterMs });
}

/** Returns how long the holder has done nothing. If no activity was seen under this record, it counts from the first sight. */
export function idleMs(seen: Observation | null, now: Moment): number {
  return elapsedMs(seen?.activity ?? seen?.firstSeen ?? null, now);
}

export function isForgotten(idleForMs: number, { maxIdleMs }: Patience): boolean {
  return maxIdleMs > 0 && idleForMs >= maxIdleMs;
}
