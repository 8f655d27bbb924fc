import type { Oid } from '../ids.ts';
import type { Holder } from '../session/holder.ts';

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

/**
 * What is known without looking at the record, which is read when it is looked at. `isEnded`: whether its claim has ended.
 * `holder`: who the record names. `isTaken`: whether it was taken from somebody.
 */
export type MaybeEnded = { readonly isEnded?: boolean; readonly holder?: Holder; readonly isTaken?: boolean };

/** Returns the holder that a record names, and looks at the record only if it has to. */
export function holderIn(read: MaybeEnded & { readonly record: { readonly holder: Holder } }): Holder {
  return read.holder ?? read.record.holder;
}
