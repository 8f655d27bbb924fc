import { isCanonicalOrderId, type Oid, type OrderId, parseOid, parseSessionKey, type SessionId } from '../ids.ts';
import { decodePathLine, encodePathLine, oneLine } from '../line.ts';
import { formatAnchor, parseAnchor } from '../session/anchor.ts';
import { formatLease, parseLease } from './lease.ts';
import { ACTIONS, type Challenge, type ClaimRecord, STATES } from './record.ts';

/** The schema this version writes; a record with a higher one is foreign to it. */
const SCHEMA = 1;

/** No record of ours comes near this; anything larger is foreign and is not parsed. */
export const RECORD_BYTES_MAX = 64 * 1024;

export type Tagger = {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly epochSeconds: number;
};

/** The object a record tags: the previous record, or the empty blob for the first one of an order. */
export type TagTarget = { readonly oid: Oid; readonly type: 'tag' | 'blob' };

/** Returns the body of the annotated tag object that holds the record (the format is fixed by docs/decisions/0001-record.md). */
export function encodeRecord(record: ClaimRecord, target: TagTarget, tagger: Tagger): string {
  const header = [
    `object ${target.oid}`,
    `type ${target.type}`,
    `tag claims/${record.order}`,
    `tagger ${identName(tagger.name)} <${identName(tagger.email)}> ${tagger.epochSeconds} +0000`,
  ];
  // A challenge is written by somebody else than the holder it names.
  const subject = `${record.action} ${record.order} ${record.action === 'challenge' ? 'held ' : ''}by ${record.holder.id}`;
  const note = record.note === null ? [] : [noteParagraph(record.note), ''];
  return [...header, '', subject, '', ...note, ...trailers(record), ''].join('\n');
}

export type Decoded =
  | { readonly kind: 'record'; readonly record: ClaimRecord; readonly previous: Oid | null }
  | { readonly kind: 'foreign'; readonly why: string };

/**
 * Reads the body of a tag object as a record. Anything that is not wholly understood is foreign, never guessed.
 *
 * @param order the order its ref names, which the record must be of; null when it is read without a ref
 */
export function decodeRecord(body: string, order: OrderId | null): Decoded {
  if (body.length > RECORD_BYTES_MAX) return foreign('it is larger than any record');
  const split = body.indexOf('\n\n');
  const header = new Map(body.slice(0, split).split('\n').map(wordAndRest));
  const previous = parseOid(header.get('object') ?? '');
  if (split < 0 || previous === null || !header.has('tag')) return foreign('it is not an annotated tag');
  return decodeMessage(body.slice(split + 2), order, { oid: previous, type: header.get('type') ?? '' });
}

/** Reads the message of a record's tag, whose header names this target. */
export function decodeMessage(message: string, expected: OrderId | null, target: { oid: Oid | null; type: string }): Decoded {
  if (message.length > RECORD_BYTES_MAX) return foreign('it is larger than any record');
  if (target.oid === null || !['tag', 'blob'].includes(target.type)) return foreign(`it tags a ${target.type || 'nothing'}`);
  const parts = paragraphs(message);
  const fields = trailerFields(parts.at(-1) ?? '');
  if (fields === null) return foreign('it has no trailers');
  const schema = fields.get('Git-Claim');
  if (schema === undefined) return foreign('it has no Git-Claim trailer');
  if (schema !== String(SCHEMA)) return foreign('a newer git-claim wrote it');
  try {
    const previous = target.type === 'tag' ? target.oid : null;
    return { kind: 'record', record: readRecord(fields, noteOf(parts), expected), previous };
  } catch (error) {
    if (error instanceof BadField) return foreign(`its ${error.message} trailer is missing or broken`);
    throw error;
  }
}

function trailers(record: ClaimRecord): string[] {
  const { holder } = record;
  const rows: [string, string | null][] = [
    ['Git-Claim', String(SCHEMA)],
    ['Order', record.order],
    ['Action', record.action],
    ['State', record.state],
    ['Generation', String(record.generation)],
    ['Nonce', record.nonce],
    ['Session', holder.id],
    ['Session-Key', holder.key],
    ['Agent', holder.agent],
    ['Host', oneLine(holder.host)],
    ['Boot', holder.boot],
    ['Anchor', holder.anchor && formatAnchor(holder.anchor)],
    ['Worktree', record.worktree && encodePathLine(record.worktree)],
    ['Branch', record.branch],
    ['Base', record.base],
    ['Tip', record.tip],
    ['Lease', formatLease(record.lease)],
    ['Challenge', record.challenge && `${record.challenge.by} ${record.challenge.nonce}`],
    ['Taken-From', record.takenFrom],
    ['Claimed-At', record.claimedAt],
    ['Recorded-At', record.recordedAt],
    ['Linear', record.linear && oneLine(record.linear)],
  ];
  return rows.filter(([, value]) => value !== null).map(([key, value]) => `${key}: ${value}`);
}

function readRecord(fields: Map<string, string>, note: string | null, expected: OrderId | null): ClaimRecord {
  const required = (key: string) => fields.get(key) ?? fail(key);
  const optional = (key: string) => fields.get(key) ?? null;
  const oneOf = <T extends string>(key: string, values: readonly T[]) =>
    values.find((value) => value === fields.get(key)) ?? fail(key);
  const matching = (key: string, pattern: RegExp) => (pattern.test(required(key)) ? required(key) : fail(key));
  const parsed = <T>(key: string, parse: (text: string) => T | null) =>
    fields.has(key) ? (parse(required(key)) ?? fail(key)) : null;

  const order = required('Order');
  if (!isCanonicalOrderId(order) || (expected !== null && order !== expected)) return fail('Order');
  return {
    order,
    action: oneOf('Action', ACTIONS),
    state: oneOf('State', STATES),
    generation: Number(matching('Generation', /^[1-9][0-9]{0,14}$/)),
    nonce: matching('Nonce', /^[0-9a-f]{32}$/),
    holder: {
      key: sessionKey(required('Session-Key')),
      id: matching('Session', /^[!-~]{1,64}$/) as SessionId,
      agent: optional('Agent'),
      host: required('Host'),
      boot: optional('Boot'),
      anchor: parsed('Anchor', parseAnchor),
    },
    worktree: parsed('Worktree', decodePathLine),
    branch: optional('Branch'),
    base: parsed('Base', parseOid),
    tip: parsed('Tip', parseOid),
    lease: parseLease(required('Lease')) ?? fail('Lease'),
    challenge: parsed('Challenge', readChallenge),
    takenFrom: parsed('Taken-From', sessionKey),
    claimedAt: required('Claimed-At'),
    recordedAt: required('Recorded-At'),
    linear: optional('Linear'),
    note,
  };
}

/** The last paragraph's `Key: value` lines, as git itself finds trailers, or null where one is none; a signature below them is not part of it. */
function trailerFields(paragraph: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const end = line.indexOf(':');
    const key = line.slice(0, Math.max(0, end));
    if (!/^[A-Za-z-]+$/.test(key)) return null;
    fields.set(key, withoutSpaces(line, end + 1));
  }
  return fields;
}

/** Returns the rest of a line without the spaces around it; a board of many records has hundreds of thousands of these. */
function withoutSpaces(line: string, from: number): string {
  let [start, end] = [from, line.length];
  while (start < end && line[start] === ' ') start += 1;
  while (end > start && line[end - 1] === ' ') end -= 1;
  return line.slice(start, end);
}

function noteOf(parts: readonly string[]): string | null {
  const middle = parts.slice(1, -1);
  return middle.length === 0 ? null : oneLine(middle.join(' '));
}

function paragraphs(message: string): string[] {
  const unsigned = message.split(/^-----BEGIN /m, 1)[0] as string;
  return unsigned.replace(/^\n+|\n+$/g, '').split(/\n{2,}/);
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

function readChallenge(text: string): Challenge | null {
  const [by = '', nonce = '', ...more] = text.split(' ');
  return more.length === 0 && /^[0-9a-f]{32}$/.test(nonce) ? { by: sessionKey(by), nonce } : null;
}

function sessionKey(text: string) {
  try {
    return parseSessionKey(text);
  } catch {
    return fail('Session-Key');
  }
}

class BadField extends Error {}

function fail(field: string): never {
  throw new BadField(field);
}

function foreign(why: string): Decoded {
  return { kind: 'foreign', why };
}
