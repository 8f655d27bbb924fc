import type { OrderId } from '../core/ids.ts';

/** The outbox's name of the event log. Appending the event of a change pays the debt to it. */
export const FEED = 'feed';

/** A mirror that may lag behind the claim of an order. */
export type Owed = { readonly order: OrderId; readonly mirror: string };

export type Debt = Owed & {
  /** Never used twice. */
  readonly number: number;
  /** RFC 3339: when it was recorded, or last tried. */
  readonly owedAt: string;
  readonly attempts: number;
};

/** The file of an order, relative, and its lines before a claim first wrote into it, by field. */
export type Mirrored = { readonly file: string; readonly before: Readonly<Record<string, string | null>> };

/**
 * The debts of mirrors: which mirror has still to be written for which order, and what its file said before. A debt that is
 * recorded before a swap survives a killed process, and any later command can pay it. A part of the cache (`cache.ts`).
 */
export interface Outbox {
  /** Records debts before a swap; a new debt replaces an existing one. Returns them, even where they could not be recorded. */
  owe(what: readonly Owed[], at: string): Debt[];
  /** Returns all debts, oldest first. */
  debts(): Debt[];
  /** Deletes paid debts. Returns whether all of them still existed, so that nobody replaced or paid one meanwhile. */
  paid(debts: readonly Debt[]): boolean;
  /** Records that a debt could not be paid now. */
  postpone(debt: Debt, at: string): void;
  /** Returns what is remembered of an order's file, or null. */
  mirrored(order: OrderId): Mirrored | null;
  /** Remembers it; null forgets. */
  noteMirrored(order: OrderId, mirrored: Mirrored | null): void;
}
