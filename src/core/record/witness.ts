import type { Oid } from '../ids.ts';

/** A record as it was read, with its oid as the witness. */
export type RecordRead<Record> = {
  readonly oid: Oid;
  /** The record before this one; null for the first. */
  readonly previous: Oid | null;
  readonly record: Record;
};

/** A ref that holds no record of ours, or cannot be read. Neither is ever free. */
export type NotUnderstood =
  | { readonly kind: 'foreign'; readonly oid: Oid | null; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What a ref that exists holds. */
export type RefReading<Record> = ({ readonly kind: 'record' } & MaybeEnded & RecordRead<Record>) | NotUnderstood;

/** `isEnded`: its claim has ended, which is known without looking at the record. Such a record is read when it is looked at. */
export type MaybeEnded = { readonly isEnded?: true };
