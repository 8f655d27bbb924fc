import type { OrderId } from '../core/ids.ts';

/** The outbox's name of the event log. Appending the event of a change removes its pending entry. */
export const FEED = 'feed';

/** A mirror that may lag behind the claim of an order. */
export type MirrorOfOrder = { readonly order: OrderId; readonly mirror: string };

/** A mirror that has still to be written. */
export type PendingMirror = MirrorOfOrder & {
  /** Never used twice. */
  readonly number: number;
  /** RFC 3339: when it was recorded, or last tried. */
  readonly notedAt: string;
  readonly attempts: number;
};

/**
 * Which mirror has still to be written for which order. What is recorded before a swap survives a killed process, and any later
 * command can write it. A part of the cache (`cache.ts`).
 */
export interface Outbox {
  /** Notes pending mirrors before a swap, each in place of an older entry. Returns them, even if they could not be recorded. */
  notePending(what: readonly MirrorOfOrder[], at: string): PendingMirror[];
  /** Returns all pending mirrors, the oldest first. */
  pending(): PendingMirror[];
  /** Deletes entries that were written. Returns whether all of them still existed: nobody replaced or deleted one meanwhile. */
  removePending(pending: readonly PendingMirror[]): boolean;
  /** Records that a pending mirror could not be written now. */
  noteFailure(one: PendingMirror, at: string): void;
}
