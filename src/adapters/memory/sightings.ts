import type { Oid } from '../../core/ids.ts';
import {
  afterBeat,
  afterHeartbeat,
  afterSight,
  type Heartbeat,
  type Observation,
  type Sight,
  type Subject,
} from '../../core/liveness/observation.ts';
import type { Moment } from '../../core/time.ts';
import type { Sightings } from '../../ports/sightings.ts';
import type { MemoryCache } from './cache.ts';

/** Sightings without a disk. */
export class MemorySightings implements Sightings {
  readonly #cache: MemoryCache;
  readonly #seen = new Map<Subject, Observation>();

  constructor(cache: MemoryCache) {
    this.#cache = cache;
  }

  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void {
    for (const { order, oid } of records) this.#seen.set(order, afterBeat(this.#seen.get(order) ?? null, order, oid, at));
  }

  heartbeat(beats: readonly Heartbeat[], at: Moment): void {
    for (const beat of beats) this.#seen.set(beat.order, afterHeartbeat(this.#seen.get(beat.order) ?? null, beat, at));
    for (const [subject, { lastSeen }] of this.#seen)
      if (subject.startsWith('/') && lastSeen.wallMs < at.wallMs - this.#cache.keepMs) this.#seen.delete(subject);
  }

  observe(sights: readonly Sight[], at: Moment): Map<Subject, Observation> {
    for (const sight of sights) this.#seen.set(sight.order, afterSight(this.#seen.get(sight.order) ?? null, sight, at));
    return new Map(sights.map(({ order }) => [order, this.#seen.get(order) as Observation]));
  }

  all(): Map<Subject, Observation> {
    return new Map(this.#seen);
  }
}
