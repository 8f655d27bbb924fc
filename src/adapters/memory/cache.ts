import { parseInstant } from '../../core/time.ts';
import type { Cache } from '../../ports/cache.ts';

/** The cache without a disk: what presence, sightings, losses, the event log and the outbox in memory have in common. */
export class MemoryCache implements Cache {
  readonly trouble = null;
  readonly driver = null;
  /** How long events, and sessions not seen again, are kept. */
  readonly keepMs: number;

  constructor(keepMs: number) {
    this.keepMs = keepMs;
  }

  close(): void {}

  end(): void {}

  /** Returns whether what happened at an instant is too old to be kept. */
  isPast(at: string, now: string): boolean {
    return (parseInstant(at) ?? 0) < (parseInstant(now) ?? 0) - this.keepMs;
  }
}
