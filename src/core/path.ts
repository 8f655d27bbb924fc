import { ClaimError } from './errors.ts';
import { decodePath, encodePath } from './path-encoding.ts';

declare const brand: unique symbol;

/** A file or folder of the repository, relative to its top level: `src/auth.ts`. Never empty or absolute, without `.`, `..` and `.git`. */
export type ClaimPath = string & { readonly [brand]: 'ClaimPath' };

/** What is compared: the path as its ref names it, behind a slash (`/src/auth.ts`), in lower case where the disk folds case. */
export type PathKey = string & { readonly [brand]: 'PathKey' };

/** Git adds `.lock` to a name, and a file's name has at most 255 bytes. */
const NAME_BYTES_MAX = 250;

/** Room for the folder of the repository before it, on systems where a whole path has 1,024 bytes. */
const PATH_BYTES_MAX = 800;

/**
 * Parses a path relative to the top level as one that can be claimed.
 *
 * @throws ClaimError `usage`
 */
export function parseClaimPath(path: string): ClaimPath {
  const complaint = complaintOf(path);
  if (complaint === null) return path as ClaimPath;
  throw new ClaimError('usage', `${JSON.stringify(path.slice(0, 200))} cannot be claimed: ${complaint[0]}`, {
    hint: complaint[1],
  });
}

export function isClaimPath(path: string): path is ClaimPath {
  return complaintOf(path) === null;
}

export function pathKey(path: ClaimPath, foldsCase: boolean): PathKey {
  return `/${foldsCase ? path.toLowerCase() : path}` as PathKey;
}

/** Tells whether one is the other or lies in it. */
export function isWithin(path: PathKey, folder: PathKey): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

export function overlaps(one: PathKey, other: PathKey): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

/** Returns the folders a path or a ref lies in, the outermost first. */
export function foldersAbove(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

/** Returns what is wrong with a path, and what to do about it. */
function complaintOf(path: string): readonly [string, string] | null {
  const names = path.split('/');
  if (path === '') return ['it is the whole repository', 'name files or folders in it; git claim <order> claims a piece of work'];
  if (names.some((name) => name === '' || name === '.' || name === '..')) return ['it is no path below the top level', NAME_ONE];
  if (names.some((name) => name.toLowerCase() === '.git')) return ["it is git's own", NAME_ONE];
  if (path.includes('\0') || /\p{Cs}|\ufffd/u.test(path)) {
    return ['its name is not UTF-8', 'claim the folder it lies in'];
  }
  const encoded = encodePath(path);
  if (encoded.split('/').some((name) => bytesOf(name) > NAME_BYTES_MAX) || bytesOf(encoded) > PATH_BYTES_MAX)
    return ['its name is too long for a ref', 'claim a folder above it'];
  return null;
}

const NAME_ONE = 'name a file or folder of the work tree';

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Returns the path that a trailer names, or null when it names none that can be claimed. */
export function readPath(text: string): ClaimPath | null {
  const path = decodePath(text);
  return path !== null && isClaimPath(path) ? path : null;
}
