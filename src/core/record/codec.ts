import { type Oid, parseOid } from '../ids.ts';
import { oneLine } from '../line.ts';
import type { Holder } from '../session/holder.ts';
import { BadField, Fields, type Row } from './fields.ts';
import type { Kept } from './kept.ts';
import { MISREAD, misreadDoubled, misreadTarget, misreadTrailer } from './misread.ts';

/** The schema that this version writes. A record with a higher one is foreign. */
const SCHEMA = '1';

/** None of our records comes near this size; anything larger is foreign and is not parsed. */
export const RECORD_BYTES_MAX = 64 * 1024;

export type Tagger = {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly epochSeconds: number;
};

/** The object that a record tags: the previous one, or the empty tree for the first; older first records tag the empty blob. */
export type TagTarget = { readonly oid: Oid; readonly type: 'tag' | 'tree' | 'blob' };

/** The target as read from a tag's header, which may name anything. */
type ReadTarget = { readonly oid: Oid | null; readonly type: string };

export type Decoded<Record> =
  | { readonly kind: 'record'; readonly record: Record; readonly previous: Oid | null }
  | { readonly kind: 'foreign'; readonly why: string };

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

/** Returns the body of an annotated tag object: header, subject, an optional note, and trailers. */
function encodeTag(
  { name, subject, note, rows }: { name: string; subject: string; note: string | null; rows: readonly Row[] },
  target: TagTarget,
  tagger: Tagger,
): string {
  const header = [
    `object ${target.oid}`,
    `type ${target.type}`,
    `tag ${name}`,
    `tagger ${identName(tagger.name)} <${identName(tagger.email)}> ${tagger.epochSeconds} +0000`,
  ];
  const all: Row[] = [['Git-Claim', SCHEMA], ...rows];
  const trailers = all.filter(([, value]) => value !== null).map(([key, value]) => `${key}: ${value}`);
  const middle = note === null ? [] : [noteParagraph(note), ''];
  return [...header, '', subject, '', ...middle, ...trailers, ''].join('\n');
}

/**
 * Reads the body of a tag object. A body that is not fully understood is foreign; nothing is guessed.
 *
 * @param read builds the record from the trailers and the note, and {@link fail}s on a field it does not understand
 */
function decodeTag<Record>(body: string, read: (fields: Fields, note: string | null) => Record): Decoded<Record> {
  if (body.length > RECORD_BYTES_MAX) return foreign(MISREAD.tooLarge);
  const split = body.indexOf('\n\n');
  const header = new Map(body.slice(0, split).split('\n').map(wordAndRest));
  const previous = parseOid(header.get('object') ?? '');
  if (split < 0 || previous === null || !header.has('tag')) return foreign(MISREAD.untagged);
  return decodeTagMessage(body.slice(split + 2), { oid: previous, type: header.get('type') ?? '' }, read);
}

/** Reads the message of a tag, given the target that the tag's header names. */
function decodeTagMessage<Record>(
  message: string,
  target: ReadTarget,
  read: (fields: Fields, note: string | null) => Record,
): Decoded<Record> {
  if (message.length > RECORD_BYTES_MAX) return foreign(MISREAD.tooLarge);
  if (target.oid === null || !['tag', 'tree', 'blob'].includes(target.type)) return foreign(misreadTarget(target.type));
  const text = unsigned(message);
  // The last paragraph holds the trailers, as it does for git.
  const end = text.lastIndexOf('\n\n');
  const fields = Fields.in(text, end < 0 ? 0 : end + 2);
  if (fields === null) return foreign(MISREAD.noTrailers);
  const schema = fields.optional('Git-Claim');
  if (schema === null) return foreign(MISREAD.noSchema);
  if (schema !== SCHEMA) return foreign(MISREAD.newer);
  if (fields.doubled !== null) return foreign(misreadDoubled(fields.doubled));
  try {
    return { kind: 'record', record: read(fields, noteIn(text, end)), previous: target.type === 'tag' ? target.oid : null };
  } catch (error) {
    if (error instanceof BadField) return foreign(misreadTrailer(error.message));
    throw error;
  }
}

/** Returns the first line of a record: what was done to what. Another session than the holder it names writes a challenge. */
function subjectOf(action: string, what: string, holder: Holder): string {
  return `${action} ${what} ${action === 'challenge' ? 'held ' : ''}by ${holder.id}`;
}

/** Returns the text between the subject and the trailers as one line, or null. */
function noteIn(text: string, end: number): string | null {
  const start = text.indexOf('\n\n');
  if (start >= end) return null;
  const middle = withoutBreaks(text.slice(start, end));
  return middle === '' ? null : oneLine(middle.replace(/\n{2,}/g, ' '));
}

/** Returns the message without the signature at its end, ended by one line break. */
function unsigned(message: string): string {
  const text = message.includes('-----BEGIN ') ? (message.split(/^-----BEGIN /m, 1)[0] as string) : message;
  const trimmed = withoutBreaks(text);
  // Git's own output already looks like this; a tag that somebody wrote by hand may not.
  return text[0] !== '\n' && text.length === trimmed.length + 1 ? text : `${trimmed}\n`;
}

function withoutBreaks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === '\n') start += 1;
  while (end > start && text[end - 1] === '\n') end -= 1;
  return text.slice(start, end);
}

/** A note is a paragraph of its own. It must not look like the start of a signature. */
function noteParagraph(note: string): string {
  return oneLine(note).replace(/^-+/, '');
}

function wordAndRest(line: string): [string, string] {
  const end = line.indexOf(' ');
  return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
}

/** Git allows neither angle brackets nor line breaks in an identity. */
function identName(text: string): string {
  return oneLine(text.replace(/[<>]/g, ' ')) || 'git-claim';
}

function foreign(why: string): { readonly kind: 'foreign'; readonly why: string } {
  return { kind: 'foreign', why };
}
