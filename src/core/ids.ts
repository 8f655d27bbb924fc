import { ClaimError } from './errors.ts';
import type { IdTrouble } from './failures/orders.ts';
import { DEFAULT_ISSUES, type IssueNames, issueIn, linearIdIn } from './issues.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An order's name in its canonical, upper-case spelling: `ORDER-143`. */
export type OrderId = Branded<'OrderId'>;
/** A session's full key, used to compare sessions. */
export type SessionKey = Branded<'SessionKey'>;
/** A session's short name, which is shown and never compared. */
export type SessionId = Branded<'SessionId'>;
/** The name of a clone: 32 lower-case hex digits. Whoever works in a clone shares its cache with all others there. */
export type CloneId = Branded<'CloneId'>;
/** A full object name: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits, never all zeros. */
export type Oid = Branded<'Oid'>;

/** Decides which texts name orders (`claim.idPattern`). */
export type IdPattern = {
  /** A regular expression that must match the whole id. */
  readonly source: string;
  /** @throws ClaimError `usage` if the source is not a regular expression, or takes for ever */
  matches(text: string): boolean;
  /** How issues are named. */
  readonly issues: IssueNames;
};

const DEFAULT_SOURCE = '[A-Za-z][A-Za-z0-9_]*-[0-9]+(\\.[0-9]+)*';
const WHOLE_ID = new RegExp(`^(?:${DEFAULT_SOURCE})$`);

export const DEFAULT_ID_PATTERN: IdPattern = {
  source: DEFAULT_SOURCE,
  matches: (text) => WHOLE_ID.test(text),
  issues: DEFAULT_ISSUES,
};

/** Common file systems allow at most 250 bytes in a ref's component. An id longer than this is a mistake anyway. */
const ID_LENGTH_MAX = 64;
const SESSION_KEY_LENGTH_MAX = 200;

/**
 * Parses an order that a person typed and folds it to ASCII upper case. An issue's number or address means the order of that
 * issue. A fixed check for ref safety (characters, length) precedes the configured pattern, so that no pattern lets an unsafe ref
 * through.
 *
 * @throws ClaimError `bad-id` if the text names no order, `usage` if the pattern is unusable, or for another repository's issue
 */
export function parseOrderId(text: string, pattern: IdPattern = DEFAULT_ID_PATTERN): OrderId {
  const issue = issueOrder(text, pattern);
  if (issue !== null) return issue;
  const why = refTrouble(text);
  if (why !== null) throw badId(text, why, pattern);
  if (!pattern.matches(text)) throw badId(text, 'no-match', pattern);
  return foldAscii(text) as OrderId;
}

/** Returns the order that a text names, or null where {@link parseOrderId} would throw `bad-id`. */
export function orderIdOf(text: string, pattern: IdPattern): OrderId | null {
  return refTrouble(text) === null && pattern.matches(text) ? (foldAscii(text) as OrderId) : null;
}

/**
 * Returns the order of the issue that a text names; null if it names none, or if it is an order id as it stands.
 *
 * @throws ClaimError `usage` for an issue of a repository that no remote names
 */
function issueOrder(text: string, pattern: IdPattern): OrderId | null {
  const bare = text.replace(/^#/, '');
  if (orderIdOf(bare, pattern) !== null) return foldAscii(bare) as OrderId;
  const linear = linearIdIn(text);
  const issue = linear === null ? issueIn(text) : null;
  if (issue === null) return linear === null ? null : orderIdOf(linear, pattern);
  const { prefix, repositories } = pattern.issues;
  const id = `${prefix}-${issue.number}`;
  if (issue.repository !== null && repositories.length > 0 && !repositories.includes(issue.repository))
    throw new ClaimError({ code: 'usage', kind: 'issue-elsewhere', text, repository: issue.repository, id, repositories });
  return orderIdOf(id, pattern);
}

/** Returns the order that a file or a commit refers to by its id or as an issue of its own repository (`#214`), or null. */
export function referredOrder(text: string, pattern: IdPattern): OrderId | null {
  const number = /^#0*([1-9][0-9]{0,11})$/.exec(text)?.[1];
  return orderIdOf(text, pattern) ?? (number === undefined ? null : orderIdOf(`${pattern.issues.prefix}-${number}`, pattern));
}

/** Returns whether the text is a canonical order id, and safe as one component of a ref. */
export function isCanonicalOrderId(text: string): text is OrderId {
  return refTrouble(text) === null && !/[a-z]/.test(text);
}

/**
 * Parses a session key: 1 to 200 printable ASCII characters without spaces.
 *
 * @throws ClaimError `usage`
 */
export function parseSessionKey(text: string): SessionKey {
  if (!/^[!-~]+$/.test(text) || text.length > SESSION_KEY_LENGTH_MAX) {
    throw new ClaimError({ code: 'usage', kind: 'bad-session-key' });
  }
  return text as SessionKey;
}

/** Returns the text as an object name, or null if it is none. An empty or zero value would mean *delete* to git. */
export function parseOid(text: string): Oid | null {
  return /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? (text as Oid) : null;
}

function refTrouble(text: string): IdTrouble | null {
  if (text.length === 0) return 'empty';
  if (text.length > ID_LENGTH_MAX) return 'too-long';
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return 'bad-characters';
  if (text.includes('..') || text.endsWith('.') || /\.lock$/i.test(text)) return 'no-ref-name';
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

function badId(text: string, why: IdTrouble, pattern: IdPattern): ClaimError {
  return new ClaimError({
    code: 'bad-id',
    kind: 'bad-order-id',
    text,
    why,
    pattern: pattern.source,
    lengthMax: ID_LENGTH_MAX,
    meant: likelyId(text, pattern),
  });
}

/** Returns the clone that a text names, or null if it names none. */
export function parseCloneId(text: string): CloneId | null {
  return /^[0-9a-f]{32}$/.test(text) ? (text as CloneId) : null;
}
