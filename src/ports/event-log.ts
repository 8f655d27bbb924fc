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
  /** Further facts for programs, depending on the kind; a JSON object. */
  readonly detail: Readonly<Record<string, unknown>> | null;
};

/** An event with its number, which grows with every event, even if the cache was deleted in between. */
export type NumberedEvent = LoggedEvent & { readonly number: number };

/** Which events to read. All conditions must hold. */
export type EventFilter = {
  readonly order?: OrderId;
  readonly kinds?: readonly string[];
  /** The first `limit` events after this number, so that a reader can follow without a gap; by default the last `limit`. */
  readonly afterNumber?: number;
  /** No events before this instant: RFC 3339 in UTC with whole seconds. */
  readonly since?: string;
  readonly limit: number;
};

/** What happened, event by event. Old events are forgotten as new ones are appended. A part of the cache (`cache.ts`). */
export interface EventLog {
  /**
   * Appends an event. If it is the event of a change, the same transaction removes the entry for it that this process noted as
   * pending (`FEED` in `outbox.ts`).
   *
   * @returns its number; null if it could not be kept
   */
  append(event: LoggedEvent): number | null;
  /** Returns the events that the filter selects, oldest first. */
  read(filter: EventFilter): NumberedEvent[];
}
