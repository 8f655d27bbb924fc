import type { Oid, SessionKey } from '../../core/ids.ts';
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
import type { Duty, Sightings } from '../../ports/sightings.ts';
import type { MemoryCache } from './cache.ts';
import type { MemoryRefMemory } from './ref-memory.ts';

/** Sightings without a disk. */
export class MemorySightings implements Sightings {
  readonly #cache: MemoryCache;
  readonly #refs: MemoryRefMemory;
  readonly #seen = new Map<Subject, Observation>();
  readonly #turns = new Map<Duty, Moment>();

  constructor(cache: MemoryCache, refs: MemoryRefMemory) {
    this.#cache = cache;
    this.#refs = refs;
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

  of(subjects: readonly Subject[]): Map<Subject, Observation> {
    return new Map(
      subjects.flatMap((subject) => {
        const seen = this.#seen.get(subject);
        return seen === undefined ? [] : [[subject, seen] as const];
      }),
    );
  }

  silentSince(then: Moment, except: SessionKey, limit: number): Subject[] {
    const others = [...this.#refs.held()].flatMap(([subject, holder]) =>
      holder === except ? [] : (this.#seen.get(subject) ?? []),
    );
    const silent = others.filter(({ silentSince: at }) => at.boot !== then.boot || at.monoMs < then.monoMs);
    return silent
      .sort((one, other) => one.lastSeen.wallMs - other.lastSeen.wallMs)
      .slice(0, limit)
      .map(({ order }) => order);
  }

  takeTurn(duty: Duty, at: Moment, everyMs: number): boolean {
    const last = this.#turns.get(duty);
    if (last !== undefined && last.boot === at.boot && last.monoMs <= at.monoMs && at.monoMs - last.monoMs < everyMs)
      return false;
    this.#turns.set(duty, at);
    return true;
  }

  all(): Map<Subject, Observation> {
    return new Map(this.#seen);
  }
}
