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

/** Encodes and decodes the records of one kind of claim. `of` is what the ref names: an order or a path. */
export type Codec<Record, Of> = TagReader<Record, Of> & {
  /** Returns the body of the annotated tag object that holds the record. */
  encode(record: Record, target: TagTarget, tagger: Tagger): string;
};

/** Reads the tags of one kind of ref. A record must name what its ref names. */
export type TagReader<Record, Of> = {
  /** Reads the body of a tag object. */
  decode(body: string, of: Of): Decoded<Record>;
  /** Reads the message of a tag, given the target that the tag's header names. */
  decodeMessage(message: string, of: Of, target: ReadTarget): Decoded<Record>;
};

/** What differs between the two kinds of record. */
type Format<Record, Of> = {
  /** The folder in the tag's name, with its slash. */
  readonly folder: string;
  /** Returns the order or path of the record, as the tag's name and the subject spell it. */
  readonly nameOf: (record: Record) => string;
  readonly rowsOf: (record: Record) => readonly Row[];
  /** Builds the record from the trailers and the note, and rejects it because of a trailer it does not understand. */
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
