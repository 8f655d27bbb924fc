import { parseCloneId, parseSessionKey, type SessionId } from '../ids.ts';
import { oneLine } from '../line.ts';
import { formatAnchor, parseAnchor } from '../session/anchor.ts';
import type { Holder } from '../session/holder.ts';
import { formatPerson, parsePerson } from '../session/person.ts';
import type { Challenge, Kept } from './kept.ts';
import { formatLease, parseLease } from './lease.ts';

/** A trailer as key and value; null leaves it out. */
export type Row = readonly [key: string, value: string | null];

/** One trailer. Neighbouring records share many lines, so the parsed value of a line serves every record that contains it. */
type Line = {
  /** The line with its line break. */
  readonly text: string;
  readonly key: string;
  /** What follows the colon, without the spaces around it. */
  readonly value: string;
  /** One bit for each key that may be there once; 0 for others. */
  readonly bit: number;
  parsed: { readonly by: Parse<unknown>; readonly as: unknown } | null;
};

type Parse<T> = (text: string) => T | null;

/** The trailers of one record: lines `Key: value`, as git finds them. */
export class Fields {
  /** A key that is there more than once although one value is all it may have; null if there is none. */
  readonly doubled: string | null;
  readonly #lines: readonly Line[];

  private constructor(lines: readonly Line[], doubled: string | null) {
    this.#lines = lines;
    this.doubled = doubled;
  }

  /** Returns the trailers in a text from that index on, each ended by a line break, or null if any line is not a trailer. */
  static in(text: string, from: number): Fields | null {
    const lines: Line[] = [];
    let seen = 0;
    let doubled: string | null = null;
    for (let start = from; start < text.length; ) {
      const before = last[lines.length];
      const isSame = before !== undefined && text.slice(start, start + before.text.length) === before.text;
      const line = isSame ? before : lineOf(text.slice(start, text.indexOf('\n', start) + 1));
      if (line === null) return null;
      last[lines.length] = line;
      lines.push(line);
      if ((seen & line.bit) !== 0) doubled ??= line.key;
      seen |= line.bit;
      start += line.text.length;
    }
    return new Fields(lines, doubled);
  }

  required(key: string): string {
    return this.optional(key) ?? fail(key);
  }

  optional(key: string): string | null {
    return this.#line(key)?.value ?? null;
  }

  oneOf<T extends string>(key: string, values: readonly T[]): T {
    const text = this.optional(key);
    return values.find((value) => value === text) ?? fail(key);
  }

  matching(key: string, pattern: RegExp): string {
    const text = this.required(key);
    return pattern.test(text) ? text : fail(key);
  }

  /** Returns null if there is no such trailer. */
  parsed<T>(key: string, parse: Parse<T>): T | null {
    const line = this.#line(key);
    if (line === null) return null;
    if (line.parsed?.by !== parse) line.parsed = { by: parse, as: parse(line.value) ?? fail(key) };
    return line.parsed.as as T;
  }

  /** Returns the values of a trailer that may appear more than once. */
  each<T>(key: string, parse: Parse<T>): T[] {
    const values: T[] = [];
    for (const line of this.#lines) {
      if (line.key === key) for (const value of line.value.split(' ')) values.push(parse(value) ?? fail(key));
    }
    return values;
  }

  kept(note: string | null): Kept {
    return {
      nonce: this.matching('Nonce', /^[0-9a-f]{32}$/),
      holder: this.#holder(),
      lease: this.parsed('Lease', parseLease) ?? fail('Lease'),
      remoteLease: this.parsed('Remote-Lease', parseLease),
      challenge: this.parsed('Challenge', readChallenge),
      takenFrom: this.parsed('Taken-From', sessionKey),
      claimedAt: this.required('Claimed-At'),
      recordedAt: this.required('Recorded-At'),
      note,
    };
  }

  #holder(): Holder {
    const before = lastHolder;
    if (before !== null && HOLDER_KEYS.every((key, at) => this.#line(key) === before.said[at])) return before.holder;
    const holder = {
      key: this.parsed('Session-Key', sessionKey) ?? fail('Session-Key'),
      id: this.matching('Session', /^[!-~]{1,64}$/) as SessionId,
      agent: this.optional('Agent'),
      host: this.required('Host'),
      boot: this.optional('Boot'),
      anchor: this.parsed('Anchor', parseAnchor),
      person: this.parsed('Person', parsePerson),
      clone: this.parsed('Clone', parseCloneId),
    };
    lastHolder = { said: HOLDER_KEYS.map((key) => this.#line(key)), holder };
    return holder;
  }

  #line(key: string): Line | null {
    for (let at = this.#lines.length - 1; at >= 0; at -= 1) if (this.#lines[at]?.key === key) return this.#lines[at] as Line;
    return null;
  }
}

/** The lines that were read last, by their index in the record. */
const last: Line[] = [];
const HOLDER_KEYS = ['Session', 'Session-Key', 'Agent', 'Host', 'Boot', 'Anchor', 'Person', 'Clone'];
let lastHolder: { readonly said: readonly (Line | null)[]; readonly holder: Holder } | null = null;

/** The trailers with one value. One that is there twice one reader would read as its first value, another as its last. */
const SINGLE_KEYS = [
  ...[
    'git-claim',
    'order',
    'action',
    'state',
    'generation',
    'nonce',
    'session',
    'session-key',
    'agent',
    'host',
    'boot',
    'anchor',
    'clone',
  ],
  ...[
    'worktree',
    'branch',
    'base',
    'tip',
    'challenge',
    'taken-from',
    'lease',
    'remote-lease',
    'claimed-at',
    'recorded-at',
    'linear',
  ],
];

function lineOf(text: string): Line | null {
  const colon = text.indexOf(':');
  const key = text.slice(0, Math.max(0, colon));
  if (!/^[A-Za-z-]+$/.test(key)) return null;
  // Git finds trailers in any case. A key of a later version may repeat.
  const at = SINGLE_KEYS.indexOf(key.toLowerCase());
  return { text, key, value: withoutSpaces(text.slice(colon + 1, -1)), bit: at < 0 ? 0 : 1 << at, parsed: null };
}

function withoutSpaces(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === ' ') start += 1;
  while (end > start && text[end - 1] === ' ') end -= 1;
  return text.slice(start, end);
}

/** Returns the trailers that say who holds a claim. */
export function holderRows({ holder }: Kept): Row[] {
  return [
    ['Session', holder.id],
    ['Session-Key', holder.key],
    ['Agent', holder.agent],
    ['Host', oneLine(holder.host)],
    ['Boot', holder.boot],
    ['Anchor', holder.anchor && formatAnchor(holder.anchor)],
    ['Person', holder.person && oneLine(formatPerson(holder.person))],
    ['Clone', holder.clone],
  ];
}

/** Returns the trailers that say how long the claim lasts and what has happened to it so far. */
export function leaseRows({ lease, remoteLease, challenge, takenFrom, claimedAt, recordedAt }: Kept): Row[] {
  return [
    ['Lease', formatLease(lease)],
    ['Remote-Lease', remoteLease && formatLease(remoteLease)],
    ['Challenge', challenge && `${challenge.by} ${challenge.nonce}`],
    ['Taken-From', takenFrom],
    ['Claimed-At', claimedAt],
    ['Recorded-At', recordedAt],
  ];
}

/** Rejects a record because of this trailer. */
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
