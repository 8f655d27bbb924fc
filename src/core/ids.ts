import { ClaimError } from './errors.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An order's name in its canonical, upper-case spelling: `ORDER-143`. */
export type OrderId = Branded<'OrderId'>;
/** A session's full key, used to compare sessions. */
export type SessionKey = Branded<'SessionKey'>;
/** A session's short name, which is shown and never compared. */
export type SessionId = Branded<'SessionId'>;
/** A full object name: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits, never all zeros. */
export type Oid = Branded<'Oid'>;

/** Decides which texts name orders (`claim.idPattern`). */
export type IdPattern = {
  /** A regular expression that must match the whole id. */
  readonly source: string;
  /** @throws ClaimError `usage` if the source is not a regular expression, or takes for ever */
  matches(text: string): boolean;
};

const DEFAULT_SOURCE = '[A-Za-z][A-Za-z0-9_]*-[0-9]+(\\.[0-9]+)*';
export const DEFAULT_ID_PATTERN: IdPattern = {
  source: DEFAULT_SOURCE,
  matches: (text) => new RegExp(`^(?:${DEFAULT_SOURCE})$`).test(text),
};

/** Common file systems allow at most 250 bytes in a ref's component. An id longer than this is a mistake anyway. */
const ID_LENGTH_MAX = 64;
const SESSION_KEY_LENGTH_MAX = 200;

/**
 * Parses an order id that a person typed and folds it to ASCII upper case. A fixed check for ref safety (characters, length)
 * precedes the configured pattern, so that no pattern lets an unsafe ref through.
 *
 * @throws ClaimError `bad-id` if the text is not an order id, `usage` if the pattern is unusable
 */
export function parseOrderId(text: string, pattern: IdPattern = DEFAULT_ID_PATTERN): OrderId {
  const complaint = refComplaint(text);
  if (complaint !== null) throw badId(text, complaint, pattern);
  if (!pattern.matches(text)) throw badId(text, `it does not match ${pattern.source}`, pattern);
  return foldAscii(text) as OrderId;
}

/** Returns the order that a text names, or null where {@link parseOrderId} would throw `bad-id`. */
export function orderIdOf(text: string, pattern: IdPattern): OrderId | null {
  return refComplaint(text) === null && pattern.matches(text) ? (foldAscii(text) as OrderId) : null;
}

/** Returns whether the text is a canonical order id, and safe as one component of a ref. */
export function isCanonicalOrderId(text: string): text is OrderId {
  return refComplaint(text) === null && !/[a-z]/.test(text);
}

/**
 * Parses a session key: 1 to 200 printable ASCII characters without spaces.
 *
 * @throws ClaimError `usage`
 */
export function parseSessionKey(text: string): SessionKey {
  if (!/^[!-~]+$/.test(text) || text.length > SESSION_KEY_LENGTH_MAX) {
    throw new ClaimError('usage', 'a session id is 1 to 200 printable ASCII characters without spaces');
  }
  return text as SessionKey;
}

/** Returns the text as an object name, or null if it is none. An empty or zero value would mean *delete* to git. */
export function parseOid(text: string): Oid | null {
  return /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? (text as Oid) : null;
}

function refComplaint(text: string): string | null {
  if (text.length === 0) return 'it is empty';
  if (text.length > ID_LENGTH_MAX) return `it is longer than ${ID_LENGTH_MAX} characters`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return 'only ASCII letters, digits, ".", "_" and "-" are allowed';
  if (text.includes('..') || text.endsWith('.') || /\.lock$/i.test(text)) return 'git would not take it as a ref name';
  return null;
}

function foldAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Returns the order id that was probably meant if the hyphen is missing or replaced by another character, or null. */
export function likelyId(text: string, pattern: IdPattern): OrderId | null {
  const [, name, number] = /^([A-Za-z]+)[ _#:/]?([0-9]+(?:\.[0-9]+)*)$/.exec(text) ?? [];
  return name === undefined ? null : orderIdOf(`${name}-${number}`, pattern);
}

function badId(text: string, complaint: string, pattern: IdPattern): ClaimError {
  const shown = text.length > ID_LENGTH_MAX ? `${text.slice(0, ID_LENGTH_MAX)}...` : text;
  const meant = likelyId(text, pattern);
  return new ClaimError('bad-id', `${JSON.stringify(shown)} is not an order id: ${complaint}`, {
    hint: meant === null ? 'an order id looks like ORDER-143, ENG-7 or BACK-217.02' : `did you mean ${meant}?`,
  });
}
