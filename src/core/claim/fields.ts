import { parseSessionKey, type SessionId } from '../ids.ts';
import { oneLine } from '../line.ts';
import { formatAnchor, parseAnchor } from '../session/anchor.ts';
import { formatLease, type LeaseTerms, parseLease } from './lease.ts';
import type { Challenge, ClaimRecord, Holder } from './record.ts';

/** A trailer; null: it is left out. */
export type Row = readonly [key: string, value: string | null];

/** What claims on orders and on paths say alike. */
type Kept = Pick<ClaimRecord, 'nonce' | 'holder' | 'lease' | 'challenge' | 'takenFrom' | 'claimedAt' | 'recordedAt' | 'note'>;

/**
 * The trailers of one record: the lines `Key: value` of a paragraph, as git itself finds them. Of several with one key the last counts, except where
 * all are asked for. A board has ten thousand records, so that nothing is made of a line before it is asked for.
 */
export class Fields {
  readonly #text: string;
  /** Where each line begins and where its colon is, by turns. */
  readonly #marks: readonly number[];

  private constructor(text: string, marks: readonly number[]) {
    this.#text = text;
    this.#marks = marks;
  }

  /** Returns the trailers of a paragraph, or null where a line is none. */
  static in(paragraph: string): Fields | null {
    const marks: number[] = [];
    for (let start = 0; start <= paragraph.length; start = endOfLine(paragraph, start) + 1) {
      let colon = start;
      while (isKeyCharacter(paragraph.charCodeAt(colon))) colon += 1;
      if (colon === start || paragraph[colon] !== ':') return null;
      marks.push(start, colon);
    }
    return new Fields(paragraph, marks);
  }

  required(key: string): string {
    return this.optional(key) ?? fail(key);
  }

  optional(key: string): string | null {
    for (let at = this.#marks.length - 2; at >= 0; at -= 2) if (this.#isAt(at, key)) return this.#value(at);
    return null;
  }

  oneOf<T extends string>(key: string, values: readonly T[]): T {
    const text = this.optional(key);
    return values.find((value) => value === text) ?? fail(key);
  }

  matching(key: string, pattern: RegExp): string {
    const text = this.required(key);
    return pattern.test(text) ? text : fail(key);
  }

  /** Returns null where there is no such trailer. */
  parsed<T>(key: string, parse: (text: string) => T | null): T | null {
    const text = this.optional(key);
    return text === null ? null : (parse(text) ?? fail(key));
  }

  /** Returns the values of a trailer that may stand more than once. */
  each<T>(key: string, parse: (text: string) => T | null): T[] {
    const values: T[] = [];
    for (let at = 0; at < this.#marks.length; at += 2) {
      if (this.#isAt(at, key)) for (const value of this.#value(at).split(' ')) values.push(parse(value) ?? fail(key));
    }
    return values;
  }

  kept(note: string | null): Kept {
    return {
      nonce: this.matching('Nonce', /^[0-9a-f]{32}$/),
      holder: this.#holder(),
      lease: readLease(this.required('Lease')),
      challenge: this.parsed('Challenge', readChallenge),
      takenFrom: this.parsed('Taken-From', sessionKey),
      claimedAt: this.required('Claimed-At'),
      recordedAt: this.required('Recorded-At'),
      note,
    };
  }

  #holder(): Holder {
    const said = ['Session-Key', 'Session', 'Agent', 'Host', 'Boot', 'Anchor'].map((key) => this.optional(key));
    if (lastHolder?.said.every((value, at) => value === said[at])) return lastHolder.holder;
    const holder = {
      key: sessionKey(this.required('Session-Key')),
      id: this.matching('Session', /^[!-~]{1,64}$/) as SessionId,
      agent: this.optional('Agent'),
      host: this.required('Host'),
      boot: this.optional('Boot'),
      anchor: this.parsed('Anchor', parseAnchor),
    };
    lastHolder = { said, holder };
    return holder;
  }

  #isAt(at: number, key: string): boolean {
    const [start = 0, colon = 0] = [this.#marks[at], this.#marks[at + 1]];
    return colon - start === key.length && this.#text.startsWith(key, start);
  }

  /** Returns what stands behind the colon, without the spaces around it. */
  #value(at: number): string {
    let start = (this.#marks[at + 1] as number) + 1;
    let end = at + 2 < this.#marks.length ? (this.#marks[at + 2] as number) - 1 : this.#text.length;
    while (start < end && this.#text[start] === ' ') start += 1;
    while (end > start && this.#text[end - 1] === ' ') end -= 1;
    return lastOr(this.#text, start, end, this.#marks.length - at);
  }
}

/** The values that were read last, by the line: neighbours on a board say much alike, and one text for all of them is one to keep. */
const last: string[] = [];

function lastOr(text: string, start: number, end: number, line: number): string {
  const known = last[line];
  if (known !== undefined && known.length === end - start && text.startsWith(known, start)) return known;
  const value = text.slice(start, end);
  last[line] = value;
  return value;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** A letter or a hyphen. */
function isKeyCharacter(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x2d;
}

let lastHolder: { readonly said: readonly (string | null)[]; readonly holder: Holder } | null = null;

/** The lease that was read last: most records of a repository promise the same. */
let known: { readonly text: string; readonly terms: LeaseTerms } | null = null;

function readLease(text: string): LeaseTerms {
  if (known?.text !== text) known = { text, terms: parseLease(text) ?? fail('Lease') };
  return known.terms;
}

/** Who holds a claim. */
export function holderRows({ holder }: Kept): Row[] {
  return [
    ['Session', holder.id],
    ['Session-Key', holder.key],
    ['Agent', holder.agent],
    ['Host', oneLine(holder.host)],
    ['Boot', holder.boot],
    ['Anchor', holder.anchor && formatAnchor(holder.anchor)],
  ];
}

/** How long, and what became of it so far. */
export function leaseRows({ lease, challenge, takenFrom, claimedAt, recordedAt }: Kept): Row[] {
  return [
    ['Lease', formatLease(lease)],
    ['Challenge', challenge && `${challenge.by} ${challenge.nonce}`],
    ['Taken-From', takenFrom],
    ['Claimed-At', claimedAt],
    ['Recorded-At', recordedAt],
  ];
}

/** Ends the reading of a record because of this trailer. */
export function fail(field: string): never {
  throw new BadField(field);
}

export class BadField extends Error {}

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
