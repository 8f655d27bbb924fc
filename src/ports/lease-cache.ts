import type { CacheTrouble } from '../core/doctor/symptom.ts';
import type { Oid, OrderId, SessionId, SessionKey } from '../core/ids.ts';
import type { Heartbeat, Observation, Sight, Subject } from '../core/liveness/observation.ts';
import type { Anchor } from '../core/session/anchor.ts';
import type { Moment } from '../core/time.ts';

/** A session that was seen at work. Presence informs, it never owns. */
export type Presence = {
  readonly key: SessionKey;
  readonly id: SessionId;
  readonly agent: string | null;
  readonly host: string;
  readonly boot: string | null;
  readonly anchor: Anchor | null;
  /** The work tree it was last seen in, absolute. */
  readonly worktree: string | null;
  readonly title: string | null;
  readonly linear: string | null;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly endedAt: string | null;
};

/** A claim that was taken from a session. */
export type Loss = {
  readonly loser: SessionKey;
  readonly order: OrderId;
  /** Of the claim that took its place. */
  readonly generation: number;
  readonly taker: SessionId;
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string | null;
};

export type LoggedEvent = {
  /** RFC 3339. */
  readonly at: string;
  /** A claim's action (`claim`, `release`, ...) or another kind of event. */
  readonly kind: string;
  readonly order: OrderId | null;
  readonly session: SessionId | null;
  readonly sessionKey: SessionKey | null;
  readonly generation: number | null;
  readonly oid: Oid | null;
  readonly message: string;
  /** What else an event of this kind says, for programs; as JSON holds it. */
  readonly detail: Readonly<Record<string, unknown>> | null;
};

/** An event as it is read: `number` grows with every event, also when the cache was deleted in between. */
export type NumberedEvent = LoggedEvent & { readonly number: number };

/** Which events; all conditions together. */
export type EventFilter = {
  readonly order?: OrderId;
  readonly kinds?: readonly string[];
  /** Only later ones than this; then the first `limit` of them, so that a reader can follow without a gap. */
  readonly afterNumber?: number;
  /** RFC 3339 in UTC with whole seconds: not before this. */
  readonly since?: string;
  readonly limit: number;
};

/** The mirror that is the event log itself: whoever appends the event of a change has paid what it owed it. */
export const FEED = 'feed';

/** A mirror that may lag behind the claim of an order. */
export type Owed = { readonly order: OrderId; readonly mirror: string };

export type Debt = Owed & {
  /** Never used twice. */
  readonly number: number;
  /** RFC 3339: since then, or since it was last tried. */
  readonly owedAt: string;
  readonly attempts: number;
};

/** The file of an order, relative, and its lines before a claim first wrote into it, by field. */
export type Mirrored = { readonly file: string; readonly before: Readonly<Record<string, string | null>> };

/**
 * Presence, heartbeats and the event log. A cache: every answer may be missing and nothing breaks; no method throws,
 * and none decides who owns anything. Each write is one short transaction.
 */
export interface LeaseCache {
  /** Null while the cache works, else why it does not. */
  readonly trouble: CacheTrouble | null;
  /**
   * Records that a session is here; keeps its first `startedAt`, and its title and linear issue when the new ones are null.
   *
   * @returns the presence as it is recorded now
   */
  registerSession(presence: Presence): Presence;
  sessions(): Presence[];
  /** Records that a session that is registered is told of events up to this number; returns up to which it was told before, 0 where nothing is known. */
  heardBefore(key: SessionKey, number: number): number;
  /** Records a sign of life, and activity with it, of the holder of exactly these records; older rows of the orders are replaced. */
  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void;
  /** Records heartbeats of a session's helper: its holder is alive, whether it does anything or not. What is known of paths that nobody saw for long is forgotten. */
  heartbeat(beats: readonly Heartbeat[], at: Moment): void;
  /** Records that these records stand now, and returns what is known of them. A record not seen before starts with no heartbeat. */
  observe(standing: readonly Sight[], at: Moment): Map<Subject, Observation>;
  /** Returns what is known of all claims, and notes nothing. */
  leases(): Map<Subject, Observation>;
  /** Records losses that their losers are to be told of; each once, however often it is recorded. */
  noteLosses(losses: readonly Loss[]): void;
  /** Returns the losses that a session was not told of, and records that it is told now. */
  untoldLosses(loser: SessionKey): Loss[];
  /** Returns the event's number, or null where it could not be kept. */
  appendEvent(event: LoggedEvent): number | null;
  /** Returns the newest events (after a number: the first), oldest first. */
  events(filter: EventFilter): NumberedEvent[];
  /** Notes before a swap what its mirrors will lack; returns the debts, also where they could not be noted. One that was there is replaced by the new one. */
  owe(what: readonly Owed[], at: string): Debt[];
  /** Returns all debts, oldest first. */
  debts(): Debt[];
  /** Forgets debts that are paid; returns whether exactly these still stood, so that nothing else was owed or written meanwhile. */
  paid(debts: readonly Debt[]): boolean;
  /** Notes that a debt could not be paid now. */
  postpone(debt: Debt, at: string): void;
  /** Returns what is remembered of an order's file, or null. */
  mirrored(order: OrderId): Mirrored | null;
  /** Remembers it; null forgets. */
  noteMirrored(order: OrderId, mirrored: Mirrored | null): void;
  close(): void;
}
