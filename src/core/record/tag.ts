import { type Oid, parseOid } from '../ids.ts';
import { oneLine } from '../line.ts';
import type { Holder } from '../session/holder.ts';
import { BadField, Fields, type Row } from './fields.ts';

/** The schema this version writes; a record with a higher one is foreign to it. */
const SCHEMA = '1';

/** No record of ours comes near this; anything larger is foreign and is not parsed. */
export const RECORD_BYTES_MAX = 64 * 1024;

export type Tagger = {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly epochSeconds: number;
};

/** The object a record tags: the previous record, or the empty blob for the first one. */
export type TagTarget = { readonly oid: Oid; readonly type: 'tag' | 'blob' };

/** The target as a tag that was read names it. */
export type ReadTarget = { readonly oid: Oid | null; readonly type: string };

export type Decoded<Record> =
  | { readonly kind: 'record'; readonly record: Record; readonly previous: Oid | null }
  | { readonly kind: 'foreign'; readonly why: string };

/** Returns the body of an annotated tag object: header, subject, an optional note, and trailers. */
export function encodeTag(
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
 * Reads the body of a tag object. Anything that is not wholly understood is foreign, never guessed.
 *
 * @param read makes the record of the trailers and the note; a field that it cannot make sense of it {@link fail}s
 */
export function decodeTag<Record>(body: string, read: (fields: Fields, note: string | null) => Record): Decoded<Record> {
  if (body.length > RECORD_BYTES_MAX) return foreign(TOO_LARGE);
  const split = body.indexOf('\n\n');
  const header = new Map(body.slice(0, split).split('\n').map(wordAndRest));
  const previous = parseOid(header.get('object') ?? '');
  if (split < 0 || previous === null || !header.has('tag')) return foreign('it is not an annotated tag');
  return decodeTagMessage(body.slice(split + 2), { oid: previous, type: header.get('type') ?? '' }, read);
}

/** Reads the message of a tag whose header names this target. */
export function decodeTagMessage<Record>(
  message: string,
  target: ReadTarget,
  read: (fields: Fields, note: string | null) => Record,
): Decoded<Record> {
  if (message.length > RECORD_BYTES_MAX) return foreign(TOO_LARGE);
  if (target.oid === null || (target.type !== 'tag' && target.type !== 'blob'))
    return foreign(`it tags a ${target.type || 'nothing'}`);
  const text = unsigned(message);
  // The last paragraph holds the trailers, as it does for git.
  const end = text.lastIndexOf('\n\n');
  const fields = Fields.in(text, end < 0 ? 0 : end + 2);
  if (fields === null) return foreign('it has no trailers');
  const schema = fields.optional('Git-Claim');
  if (schema === null) return foreign('it has no Git-Claim trailer');
  if (schema !== SCHEMA) return foreign('a newer git-claim wrote it');
  try {
    return { kind: 'record', record: read(fields, noteIn(text, end)), previous: target.type === 'tag' ? target.oid : null };
  } catch (error) {
    if (error instanceof BadField) return foreign(`its ${error.message} trailer is missing or broken`);
    throw error;
  }
}

const TOO_LARGE = 'it is larger than any record';

/** What stands first in a record: what was done with what. A challenge is written by somebody else than the holder it names. */
export function subjectOf(action: string, what: string, holder: Holder): string {
  return `${action} ${what} ${action === 'challenge' ? 'held ' : ''}by ${holder.id}`;
}

/** What stands between the subject and the trailers. */
function noteIn(text: string, end: number): string | null {
  const start = text.indexOf('\n\n');
  if (start >= end) return null;
  const middle = withoutBreaks(text.slice(start, end));
  return middle === '' ? null : oneLine(middle.replace(/\n{2,}/g, ' '));
}

/** Returns the message without the signature below it, ended by one line break. */
function unsigned(message: string): string {
  const text = message.includes('-----BEGIN ') ? (message.split(/^-----BEGIN /m, 1)[0] as string) : message;
  const trimmed = withoutBreaks(text);
  // As git gives it already, but for somebody's own.
  return text[0] !== '\n' && text.length === trimmed.length + 1 ? text : `${trimmed}\n`;
}

function withoutBreaks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === '\n') start += 1;
  while (end > start && text[end - 1] === '\n') end -= 1;
  return text.slice(start, end);
}

/** A note is one paragraph of its own and can neither look like the signature nor be taken for trailers. */
function noteParagraph(note: string): string {
  return oneLine(note).replace(/^-+/, '');
}

function wordAndRest(line: string): [string, string] {
  const end = line.indexOf(' ');
  return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
}

/** Git takes neither angle brackets nor line breaks in an identity. */
function identName(text: string): string {
  return oneLine(text.replace(/[<>]/g, ' ')) || 'git-claim';
}

function foreign(why: string): { readonly kind: 'foreign'; readonly why: string } {
  return { kind: 'foreign', why };
}
