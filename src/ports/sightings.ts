import type { Oid, SessionKey } from '../core/ids.ts';
import type { Heartbeat, Observation, Sight, Subject } from '../core/liveness/observation.ts';
import type { Moment } from '../core/time.ts';

/** To look for silent claims, for an order that a refusal may suggest, or to read the remote and beat there. */
export type Duty = 'challenge' | 'suggest' | 'remote';

/**
 * What this machine has seen of claims: when each record was first seen, and the signs of life of its holder. A part of the
 * cache (`cache.ts`).
 */
export interface Sightings {
  /** Records a sign of life and activity of the holder of exactly these records. Replaces what is known of older records. */
  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void;
  /**
   * Records heartbeats of a session's helper: the holder is alive, even if it does nothing. Forgets paths that were not seen for
   * long.
   */
  heartbeat(beats: readonly Heartbeat[], at: Moment): void;
  /** Records that these records exist now, and returns what is known of them. A new record starts with no heartbeat. */
  observe(sights: readonly Sight[], at: Moment): Map<Subject, Observation>;
  /** Returns what is known of these without recording anything. */
  of(subjects: readonly Subject[]): Map<Subject, Observation>;
  /**
   * Returns claims that others held when this machine last saw them, and whose holders have given no sign of life since then:
   * first those that were looked at longest ago.
   */
  silentSince(then: Moment, except: SessionKey, limit: number): Subject[];
  /** Returns whether it is the caller's turn to do what one process does for all: nobody did for `everyMs`. */
  takeTurn(duty: Duty, at: Moment, everyMs: number): boolean;
}
