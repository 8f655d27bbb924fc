import { type Oid, parseOid } from '../ids.ts';
import { foldersAbove, type PathKey } from '../path.ts';
import { decodePath, encodePath } from '../path-encoding.ts';
import type { PathRecord } from './record.ts';
import { PATH_CODEC } from './trailers.ts';

/*
 *   src/a, src/b --> the guard, which says that src comes --> src
 *            one transaction                 one more, by any session
 */

/**
 * A change of path refs that is decided but half done: git cannot delete a ref and create one above or below it in one
 * transaction (docs/decisions/0005-path-claims.md).
 */
export type Pending = {
  readonly going: readonly { readonly key: PathKey; readonly oid: Oid }[];
  /** New records, each with the body of its tag object. */
  readonly coming: readonly { readonly key: PathKey; readonly body: string; readonly record: PathRecord }[];
};

const SCHEMA = 'git-claim pending 1';

/**
 * Returns the text that the guard ref holds meanwhile: a line, then path, oid and body of each ref, where oid or
 * body is empty. Each field ends with NUL.
 */
export function encodePending(going: Pending['going'], coming: readonly Omit<Pending['coming'][number], 'record'>[]): string {
  const rows = [
    ...going.map(({ key, oid }) => [encodePath(key.slice(1)), oid, '']),
    ...coming.map(({ key, body }) => [encodePath(key.slice(1)), '', body]),
  ];
  return [SCHEMA, ...rows.flat(), ''].join('\0');
}

/** Reads such a text; null if it is not fully understood. */
export function decodePending(text: string): Pending | null {
  const [schema, ...fields] = text.split('\0').slice(0, -1);
  if (schema !== SCHEMA || fields.length % 3 !== 0) return null;
  const going: Pending['going'][number][] = [];
  const coming: Pending['coming'][number][] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const [name, value, body] = fields.slice(at, at + 3) as [string, string, string];
    const path = decodePath(name);
    const key = `/${path}` as PathKey;
    const oid = parseOid(value);
    const decoded = body === '' ? null : PATH_CODEC.decode(body, key);
    if (path === null || (oid === null) === (decoded === null) || decoded?.kind === 'foreign') return null;
    if (oid !== null) going.push({ key, oid });
    if (decoded !== null) coming.push({ key, body, record: decoded.record });
  }
  return areApart(coming) ? { going, coming } : null;
}

/** Returns whether no path is another one or lies in it. Git could never create both, and nobody would get past the guard. */
function areApart(coming: Pending['coming']): boolean {
  const keys = new Set<string>(coming.map(({ key }) => key));
  return keys.size === coming.length && coming.every(({ key }) => !foldersAbove(key).some((folder) => keys.has(folder)));
}
