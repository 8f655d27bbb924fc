import { decodePathLine, encodePathLine, percent } from './line.ts';

/**
 * What git takes in no ref name: a dot at an end or behind a dot, `.lock` at the end, `@{`, and ` ~^:?*[\`. Each becomes `%XX`, like
 * control bytes and `%` itself. Other characters stay, so that `git for-each-ref` can be read.
 */
const NOT_IN_REFS = /[ ~^:?*[\\]|^\.|(?<=\.)\.|\.$|\.(?=lock$)|@(?=\{)/gi;

/** Returns a path as it stands in a ref's name; names stay names, so that a folder's ref and one below it exclude each other. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((name) => encodePathLine(name).replace(NOT_IN_REFS, percent))
    .join('/');
}

/** Returns the path that {@link encodePath} made this of, or null when it made it of none. */
export function decodePath(encoded: string): string | null {
  const path = decodePathLine(encoded);
  return path !== null && encodePath(path) === encoded ? path : null;
}
