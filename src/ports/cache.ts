import type { CacheTrouble } from '../core/doctor/symptom.ts';

/**
 * What presence, sightings, losses, the event log and the outbox have in common. Any of their answers may be missing without
 * anything breaking. None of their methods throws, and none decides who owns anything. Each write is one short transaction.
 */
export interface Cache {
  /** Null while the cache works, else why it does not. */
  readonly trouble: CacheTrouble | null;
  /** What runs the database; null while none does. */
  readonly driver: string | null;
  /** Closes the cache. The next call to any of the five opens it again. */
  close(): void;
  /** Closes the cache for good: every answer is empty from then on, and nothing is written. */
  end(): void;
}
