import type { Fields, Row } from './fields.ts';
import type { Kept } from './kept.ts';
import {
  type Decoded,
  decodeTag,
  decodeTagMessage,
  encodeTag,
  type ReadTarget,
  subjectOf,
  type Tagger,
  type TagTarget,
} from './tag.ts';

/** Writes and reads the records of one kind of claim; `of` is what their ref names. */
export type Codec<Record, Of> = TagReader<Record, Of> & {
  /** Returns the body of the annotated tag object that holds the record. */
  encode(record: Record, target: TagTarget, tagger: Tagger): string;
};

/** Reads tags of one kind of ref. A record must be of what its ref names. */
export type TagReader<Record, Of> = {
  /** Reads the body of a tag object. */
  decode(body: string, of: Of): Decoded<Record>;
  /** Reads the message of a tag whose header names this target. */
  decodeMessage(message: string, of: Of, target: ReadTarget): Decoded<Record>;
};

/** How one kind of record differs from the other. */
type Format<Record, Of> = {
  /** The folder in the tag's name, with its slash. */
  readonly folder: string;
  /** Returns what the record is of, as its tag's name and subject say it. */
  readonly nameOf: (record: Record) => string;
  readonly rowsOf: (record: Record) => readonly Row[];
  /** Makes the record of trailers and note; a trailer that makes no sense ends it. */
  readonly read: (fields: Fields, note: string | null, of: Of) => Record;
};

export function codecOf<Record extends Kept & { readonly action: string }, Of>(format: Format<Record, Of>): Codec<Record, Of> {
  const { folder, nameOf, rowsOf, read } = format;
  return {
    encode: (record, target, tagger) => {
      const name = nameOf(record);
      const subject = subjectOf(record.action, name, record.holder);
      return encodeTag({ name: folder + name, subject, note: record.note, rows: rowsOf(record) }, target, tagger);
    },
    decode: (body, of) => decodeTag(body, (fields, note) => read(fields, note, of)),
    decodeMessage: (message, of, target) => decodeTagMessage(message, target, (fields, note) => read(fields, note, of)),
  };
}
