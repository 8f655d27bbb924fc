import { ClaimError } from './errors.ts';
import type { PathTrouble } from './failures/paths.ts';
import { decodePath, encodePath } from './path-encoding.ts';

declare const brand: unique symbol;

/**
 * A file or folder relative to the top of the repository: `src/auth.ts`. Never empty or absolute; without `.`, `..` and `.git`.
 */
export type ClaimPath = string & { readonly [brand]: 'ClaimPath' };

/** A path to compare: a slash, then the path (`/src/auth.ts`), in lower case where the disk folds case. */
export type PathKey = string & { readonly [brand]: 'PathKey' };

/** A file name has at most 255 bytes, and git appends `.lock` to it. */
const NAME_BYTES_MAX = 250;

/** Leaves room for the folder of the repository on systems where a whole path has 1,024 bytes. */
const PATH_BYTES_MAX = 800;

/**
 * Parses a path, relative to the top of the repository, as one that can be claimed.
 *
 * @throws ClaimError `usage`
 */
export function parseClaimPath(path: string): ClaimPath {
  const why = troubleIn(path);
  if (why === null) return path as ClaimPath;
  throw new ClaimError({ code: 'usage', kind: 'path-unclaimable', text: path, why });
}

export function isClaimPath(path: string): path is ClaimPath {
  return troubleIn(path) === null;
}

export function pathKey(path: ClaimPath, foldsCase: boolean): PathKey {
  return `/${foldsCase ? path.toLowerCase() : path}` as PathKey;
}

/** Returns whether a path is this folder or lies in it. */
export function isWithin(path: PathKey, folder: PathKey): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

export function overlaps(one: PathKey, other: PathKey): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

/** Returns the folders that a path or a ref lies in, the outermost first. */
export function foldersAbove(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

/** Returns what is wrong with a path, or null. */
function troubleIn(path: string): PathTrouble | null {
  const names = path.split('/');
  if (path === '') return 'whole-repository';
  if (names.some((name) => name === '' || name === '.' || name === '..')) return 'not-below';
  if (names.some((name) => name.toLowerCase() === '.git')) return 'gits-own';
  if (path.includes('\0') || /\p{Cs}|\ufffd/u.test(path)) return 'not-utf8';
  const encoded = encodePath(path);
  if (encoded.split('/').some((name) => bytesOf(name) > NAME_BYTES_MAX) || bytesOf(encoded) > PATH_BYTES_MAX) return 'too-long';
  return null;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Returns the path that a trailer names, or null if it names none that can be claimed. */
export function readPath(text: string): ClaimPath | null {
  const path = decodePath(text);
  return path !== null && isClaimPath(path) ? path : null;
}
