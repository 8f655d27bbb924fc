import type { Oid } from '../core/ids.ts';
import type { Heartbeat, Observation, Sight, Subject } from '../core/liveness/observation.ts';
import type { Moment } from '../core/time.ts';

/**
 * What this machine has seen of claims: when each record was first seen, and the signs of life of its holder. A part of the
 * cache (`cache.ts`).
 */
export interface Sightings {
  /** Records a sign of life and activity of the holder of exactly these records. The rows of older records are replaced. */
  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void;
  /**
   * Records heartbeats of a session's helper: the holder is alive, whether it does anything or not. Paths that nobody saw for
   * long are forgotten.
   */
  heartbeat(beats: readonly Heartbeat[], at: Moment): void;
  /** Records that these records exist now, and returns what is known of them. A new record starts with no heartbeat. */
  observe(sights: readonly Sight[], at: Moment): Map<Subject, Observation>;
  /** Returns what is known of all claims, and records nothing. */
  all(): Map<Subject, Observation>;
}
