import { type Oid, parseOid } from '../../core/ids.ts';
import { type Git, readAtOnce } from './process.ts';

export type FoundObject = { readonly oid: string; readonly type: string; readonly body: Buffer };

/** Reads objects whose names come on standard input. */
export const READ_CALL = ['-c', 'core.warnAmbiguousRefs=false', 'cat-file', '--batch'] as const;
export const inputOf = (names: readonly string[]) => `${names.join('\n')}\n`;

/**
 * Reads many objects by name with one `git cat-file --batch`.
 *
 * @param names revisions without line breaks, such as full ref names
 * @returns one answer per name, in order; null if git has no such object
 */
export async function readObjects(git: Git, names: readonly string[]): Promise<(FoundObject | null)[]> {
  if (names.length === 0) return [];
  const { stdout } = await git(READ_CALL, { input: inputOf(names) });
  return objectsIn(stdout, names);
}

/** Reads one object while everything waits. */
export function readObjectNow(commonDir: string, oid: Oid): FoundObject | null {
  return objectsIn(readAtOnce(commonDir, READ_CALL, inputOf([oid])), [oid])[0] ?? null;
}

function objectsIn(stdout: Buffer, names: readonly string[]): (FoundObject | null)[] {
  const found: (FoundObject | null)[] = [];
  for (let at = 0; found.length < names.length; ) {
    const end = stdout.indexOf(10, at);
    if (end < 0) return names.map(() => null);
    const header = /^([0-9a-f]+) ([a-z]+) ([0-9]+)$/.exec(stdout.toString('latin1', at, end));
    at = end + 1;
    if (header === null) {
      found.push(null);
      continue;
    }
    const size = Number(header[3]);
    found.push({ oid: header[1] as string, type: header[2] as string, body: stdout.subarray(at, at + size) });
    at += size + 1;
  }
  return found;
}

/** Returns these records and all that precede them, newest first, with one walk of git's. */
export async function chainOf(git: Git, tips: readonly Oid[]): Promise<Oid[]> {
  if (tips.length === 0) return [];
  const args = ['rev-list', '--objects', '--no-object-names', '--filter=object:type=tag', '--stdin'];
  const { stdout } = await git(args, { input: `${tips.join('\n')}\n` });
  return String(stdout)
    .split('\n')
    .map(parseOid)
    .filter((oid) => oid !== null);
}
