import { decodePathLine, encodePathLine, percent } from './line.ts';

/**
 * What git refuses in a ref name: a dot at either end of a component or after another dot, a final `.lock`, `@{`, and ` ~^:?*[\`.
 * These become `%XX`, as do control bytes and `%` itself. Other characters stay, so that people can read `git for-each-ref`.
 */
const NOT_IN_REFS = /[ ~^:?*[\\]|^\.|(?<=\.)\.|\.$|\.(?=lock$)|@(?=\{)/gi;

/** Returns a path as part of a ref name, encoded name by name: refs of a folder and of a path below it exclude each other. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((name) => encodePathLine(name).replace(NOT_IN_REFS, percent))
    .join('/');
}

/** Returns the path that {@link encodePath} turned into this text, or null if there is none. */
export function decodePath(encoded: string): string | null {
  const path = decodePathLine(encoded);
  return path !== null && encodePath(path) === encoded ? path : null;
}
