import type { Oid, OrderId, SessionKey } from '../../core/ids.ts';
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
import { parseInstant } from '../../core/time.ts';
import {
  type Debt,
  type EventFilter,
  FEED,
  type LeaseCache,
  type LoggedEvent,
  type Loss,
  type Mirrored,
  type NumberedEvent,
  type Owed,
  type Presence,
} from '../../ports/lease-cache.ts';

/** The lease cache without a disk. */
export class MemoryLeaseCache implements LeaseCache {
  readonly trouble = null;
  readonly #keepMs: number;
  readonly #sessions = new Map<SessionKey, Presence>();
  readonly #heard = new Map<SessionKey, number>();
  readonly #losses: (Loss & { isTold: boolean })[] = [];
  readonly #leases = new Map<Subject, Observation>();
  #events: NumberedEvent[] = [];
  #numbered = 0;
  #debts: Debt[] = [];
  #debtNumber = 0;
  readonly #feedDebts = new Map<OrderId, number>();
  readonly #mirrored = new Map<OrderId, Mirrored>();

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

  heardBefore(key: SessionKey, number: number): number {
    const before = this.#heard.get(key) ?? 0;
    if (this.#sessions.has(key)) this.#heard.set(key, Math.max(before, number));
    return before;
  }

  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void {
    for (const { order, oid } of records) this.#leases.set(order, afterBeat(this.#leases.get(order) ?? null, order, oid, at));
  }

  heartbeat(beats: readonly Heartbeat[], at: Moment): void {
    for (const beat of beats) this.#leases.set(beat.order, afterHeartbeat(this.#leases.get(beat.order) ?? null, beat, at));
    for (const [subject, { lastSeen }] of this.#leases)
      if (subject.startsWith('/') && lastSeen.wallMs < at.wallMs - this.#keepMs) this.#leases.delete(subject);
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
    const paid = event.order === null || event.oid === null ? undefined : this.#feedDebts.get(event.order);
    this.#debts = this.#debts.filter(({ number }) => number !== paid);
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

  owe(what: readonly Owed[], at: string): Debt[] {
    return what.map(({ order, mirror }) => {
      this.#debtNumber += 1;
      const debt = { order, mirror, number: this.#debtNumber, owedAt: at, attempts: 0 };
      this.#debts = [...this.#debts.filter((one) => one.order !== order || one.mirror !== mirror), debt];
      if (mirror === FEED) this.#feedDebts.set(order, debt.number);
      return debt;
    });
  }

  debts(): Debt[] {
    return [...this.#debts];
  }

  paid(debts: readonly Debt[]): boolean {
    const numbers = debts.map(({ number }) => number);
    const before = this.#debts.length;
    this.#debts = this.#debts.filter(({ number }) => !numbers.includes(number));
    return before - this.#debts.length === debts.length;
  }

  postpone({ number }: Debt, at: string): void {
    this.#debts = this.#debts.map((debt) =>
      debt.number === number ? { ...debt, owedAt: at, attempts: debt.attempts + 1 } : debt,
    );
  }

  mirrored(order: OrderId): Mirrored | null {
    return this.#mirrored.get(order) ?? null;
  }

  noteMirrored(order: OrderId, mirrored: Mirrored | null): void {
    if (mirrored === null) this.#mirrored.delete(order);
    else this.#mirrored.set(order, mirrored);
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
