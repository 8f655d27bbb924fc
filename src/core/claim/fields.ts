import { parseSessionKey, type SessionId } from '../ids.ts';
import { oneLine } from '../line.ts';
import { formatAnchor, parseAnchor } from '../session/anchor.ts';
import { formatLease, parseLease } from './lease.ts';
import type { Challenge, ClaimRecord, Holder } from './record.ts';

/** A trailer; null: it is left out. */
export type Row = readonly [key: string, value: string | null];

/** What claims on orders and on paths say alike. */
type Kept = Pick<ClaimRecord, 'nonce' | 'holder' | 'lease' | 'challenge' | 'takenFrom' | 'claimedAt' | 'recordedAt' | 'note'>;

/** The trailers of one record. */
export class Fields {
  readonly #rows: ReadonlyMap<string, string>;

  constructor(rows: ReadonlyMap<string, string>) {
    this.#rows = rows;
  }

  required(key: string): string {
    return this.#rows.get(key) ?? fail(key);
  }

  optional(key: string): string | null {
    return this.#rows.get(key) ?? null;
  }

  oneOf<T extends string>(key: string, values: readonly T[]): T {
    return values.find((value) => value === this.#rows.get(key)) ?? fail(key);
  }

  matching(key: string, pattern: RegExp): string {
    return pattern.test(this.required(key)) ? this.required(key) : fail(key);
  }

  /** Returns null where there is no such trailer. */
  parsed<T>(key: string, parse: (text: string) => T | null): T | null {
    return this.#rows.has(key) ? (parse(this.required(key)) ?? fail(key)) : null;
  }

  /** Returns the values of a trailer that may stand more than once. */
  each<T>(key: string, parse: (text: string) => T | null): T[] {
    const values = this.optional(key)?.split(' ') ?? [];
    return values.map((value) => parse(value) ?? fail(key));
  }

  kept(note: string | null): Kept {
    return {
      nonce: this.matching('Nonce', /^[0-9a-f]{32}$/),
      holder: this.#holder(),
      lease: parseLease(this.required('Lease')) ?? fail('Lease'),
      challenge: this.parsed('Challenge', readChallenge),
      takenFrom: this.parsed('Taken-From', sessionKey),
      claimedAt: this.required('Claimed-At'),
      recordedAt: this.required('Recorded-At'),
      note,
    };
  }

  #holder(): Holder {
    return {
      key: sessionKey(this.required('Session-Key')),
      id: this.matching('Session', /^[!-~]{1,64}$/) as SessionId,
      agent: this.optional('Agent'),
      host: this.required('Host'),
      boot: this.optional('Boot'),
      anchor: this.parsed('Anchor', parseAnchor),
    };
  }
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
