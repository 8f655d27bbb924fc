import {
  afterBeat,
  afterHeartbeat,
  afterSight,
  type Heartbeat,
  type Observation,
  type Sight,
  type Subject,
} from '../../core/claim/observation.ts';
import type { Oid, SessionKey } from '../../core/ids.ts';
import type { Moment } from '../../core/time.ts';
import { parseInstant } from '../../core/time.ts';
import type { EventFilter, LeaseCache, LoggedEvent, Loss, NumberedEvent, Presence } from '../../ports/lease-cache.ts';

/** The lease cache without a disk. */
export class MemoryLeaseCache implements LeaseCache {
  readonly trouble = null;
  readonly #keepMs: number;
  readonly #sessions = new Map<SessionKey, Presence>();
  readonly #losses: (Loss & { isTold: boolean })[] = [];
  readonly #leases = new Map<Subject, Observation>();
  #events: NumberedEvent[] = [];
  #numbered = 0;

  /** @param keepMs how long events, and sessions not seen again, are kept */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  registerSession(presence: Presence): Presence {
    const known = this.#sessions.get(presence.key);
    const present = {
      ...presence,
      startedAt: known?.startedAt ?? presence.startedAt,
      title: presence.title ?? known?.title ?? null,
      linear: presence.linear ?? known?.linear ?? null,
    };
    this.#sessions.set(presence.key, present);
    for (const [key, { lastSeenAt }] of this.#sessions)
      if (this.#isPast(lastSeenAt, presence.lastSeenAt)) this.#sessions.delete(key);
    return present;
  }

  sessions(): Presence[] {
    return [...this.#sessions.values()].sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.key, b.key));
  }

  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void {
    for (const { order, oid } of records) this.#leases.set(order, afterBeat(this.#leases.get(order) ?? null, order, oid, at));
  }

  heartbeat(beats: readonly Heartbeat[], at: Moment): void {
    for (const beat of beats) this.#leases.set(beat.order, afterHeartbeat(this.#leases.get(beat.order) ?? null, beat, at));
  }

  observe(standing: readonly Sight[], at: Moment): Map<Subject, Observation> {
    for (const sight of standing) this.#leases.set(sight.order, afterSight(this.#leases.get(sight.order) ?? null, sight, at));
    return new Map(standing.map(({ order }) => [order, this.#leases.get(order) as Observation]));
  }

  leases(): Map<Subject, Observation> {
    return new Map(this.#leases);
  }

  noteLosses(losses: readonly Loss[]): void {
    for (const loss of losses) {
      const isKnown = this.#losses.some((one) => lossName(one) === lossName(loss));
      if (!isKnown) this.#losses.push({ ...loss, isTold: false });
    }
  }

  untoldLosses(loser: SessionKey): Loss[] {
    const untold = this.#losses.filter((one) => one.loser === loser && !one.isTold);
    for (const one of untold) one.isTold = true;
    return untold.map(({ isTold: _, ...loss }) => loss).sort((a, b) => compare(a.at, b.at));
  }

  appendEvent(event: LoggedEvent): number {
    this.#numbered += 1;
    this.#events = [...this.#events.filter(({ at }) => !this.#isPast(at, event.at)), { ...event, number: this.#numbered }];
    return this.#numbered;
  }

  events({ order, kinds, afterNumber, since, limit }: EventFilter): NumberedEvent[] {
    const matching = this.#events.filter(
      (event) =>
        (order === undefined || event.order === order) &&
        (kinds === undefined || kinds.includes(event.kind)) &&
        (afterNumber === undefined || event.number > afterNumber) &&
        (since === undefined || event.at >= since),
    );
    if (limit <= 0) return [];
    return afterNumber === undefined ? matching.slice(-limit) : matching.slice(0, limit);
  }

  close(): void {}

  #isPast(at: string, now: string): boolean {
    return (parseInstant(at) ?? 0) < (parseInstant(now) ?? 0) - this.#keepMs;
  }
}

function lossName({ loser, order, generation }: Loss): string {
  return `${loser} ${order} ${generation}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
