import type { PathKey } from '../path.ts';
import { decodePath, encodePath } from '../path-encoding.ts';

/** The folder of path refs, beside that of claim refs. */
export const PATH_REFS = 'claim-paths';

/** Returns the folder of path refs: `claim-paths/` beside the folder of claim refs. */
export function pathRefPrefix(claimPrefix: string): string {
  return claimPrefix.replace(/[^/]+\/$/, `${PATH_REFS}/`);
}

export function pathRef(prefix: string, key: PathKey): string {
  return prefix + encodePath(key.slice(1));
}

/** Returns the path a ref under the prefix stands for, or null when its name is that of none: a foreign ref. */
export function keyOfRef(prefix: string, ref: string): PathKey | null {
  const path = ref.startsWith(prefix) ? decodePath(ref.slice(prefix.length)) : null;
  return path === null ? null : (`/${path}` as PathKey);
}

/**
 * Returns a ref that every transaction which makes a path ref insists does not exist. Git looks for refs in a new one's way
 * while it prepares, and `git pack-refs` may hide one that was made between that and the commit: two would stand where one excludes the
 * other. Git locks what it insists upon, so no two of these transactions are between the two at once. It stands only while a
 * change of path refs is half done, and then says what is to come: see pending.ts.
 */
export function guardRef(prefix: string): string {
  return `${prefix.slice(0, -1)}.guard`;
}

/** Returns what has to be listed to know the path claims: their folder, and the guard. */
export function pathPatterns(prefix: string): string[] {
  return [prefix.slice(0, -1), guardRef(prefix)];
}
