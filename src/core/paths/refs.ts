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

/** Returns the path that a ref under the prefix stands for, or null if its name encodes none (a foreign ref). */
export function keyOfRef(prefix: string, ref: string): PathKey | null {
  const path = ref.startsWith(prefix) ? decodePath(ref.slice(prefix.length)) : null;
  return path === null ? null : (`/${path}` as PathKey);
}

/**
 * Returns the guard ref. Every transaction that creates a path ref requires that the guard does not exist. Git looks for
 * conflicting refs while it prepares a transaction, and `git pack-refs` may hide one created between that and the commit. Two
 * refs would then exist of which one excludes the other. Git locks the ref whose absence it verifies, so no two of these
 * transactions are in that window at once. The guard exists only while a change of path refs is half done. It then holds what is
 * still to be created: see pending.ts.
 */
export function guardRef(prefix: string): string {
  return `${prefix.slice(0, -1)}.guard`;
}

/** Returns the ref patterns that list all path claims: their folder, and the guard. */
export function pathPatterns(prefix: string): string[] {
  return [prefix.slice(0, -1), guardRef(prefix)];
}
