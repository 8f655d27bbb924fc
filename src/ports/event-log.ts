import type { Oid, OrderId, SessionId, SessionKey } from '../core/ids.ts';

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
  /** What else an event of this kind says, for programs; a JSON object. */
  readonly detail: Readonly<Record<string, unknown>> | null;
};

/** An event as it is read. `number` grows with every event, even when the cache was deleted in between. */
export type NumberedEvent = LoggedEvent & { readonly number: number };

/** Which events; all conditions together. */
export type EventFilter = {
  readonly order?: OrderId;
  readonly kinds?: readonly string[];
  /** Only events after this one, and then the first `limit` of them, so that a reader can follow without a gap. */
  readonly afterNumber?: number;
  /** RFC 3339 in UTC with whole seconds: not before this. */
  readonly since?: string;
  readonly limit: number;
};

/** What happened, event by event. Old events are forgotten as new ones are appended. A part of the cache (`cache.ts`). */
export interface EventLog {
  /**
   * Appends an event. If it is the event of a change, it also pays what this process owes the event log for that order
   * (`FEED` in `outbox.ts`), in the same transaction.
   *
   * @returns its number; null where it could not be kept
   */
  append(event: LoggedEvent): number | null;
  /** Returns the newest events (after a number: the first), oldest first. */
  read(filter: EventFilter): NumberedEvent[];
}
