import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Repository } from '../repository.ts';
import { packedValue } from './packed-refs.ts';

/*
 * What git's own files say of a ref, without a process (gitrepository-layout(5)): a loose ref is a file with its value, and comes
 * before one in `packed-refs`. Symbolic refs are always loose. Whoever finds nothing here asks git.
 */

/** Returns the value of a loose ref; null if there is none under this name, if it is symbolic, or if refs are not files. */
export function looseValue({ commonDir, refFormat }: Repository, ref: string): Oid | null {
  if (refFormat !== 'files') return null;
  const path = join(commonDir, ref);
  try {
    return lstatSync(path).isFile() ? parseOid(readFileSync(path, 'latin1').trimEnd()) : null;
  } catch {
    return null;
  }
}

/**
 * Returns the value that git's files plainly give a ref. `unclear`: it is symbolic, broken or a folder, or refs are not files.
 * The file of the ref itself is looked for first: a ref that is packed meanwhile is in the packed ones before its file goes.
 */
export function plainValue({ commonDir, refFormat }: Repository, ref: string): Oid | 'absent' | 'unclear' {
  if (refFormat !== 'files') return 'unclear';
  const path = join(commonDir, ref);
  try {
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined) return packedValue(commonDir, ref) ?? 'absent';
    return (seen.isFile() && parseOid(readFileSync(path, 'latin1').trimEnd())) || 'unclear';
  } catch {
    return 'unclear';
  }
}

/**
 * Returns those refs whose files say that they have, under exactly their own names, the values that git has found for them. Git
 * also tries a name as a branch or a tag, and follows symbolic refs.
 */
export function refsAsFound(repository: Repository, found: ReadonlyMap<string, Oid>): ReadonlySet<string> {
  const loose = new Map([...found.keys()].map((ref) => [ref, looseValue(repository, ref)]));
  const others = [...found].filter(([ref]) => loose.get(ref) === null);
  const packed = others.length === 0 ? [] : packedAmong(repository, others);
  return new Set([...[...found].flatMap(([ref, oid]) => (loose.get(ref) === oid ? [ref] : [])), ...packed]);
}

/**
 * Returns whether a ref certainly is where it was at an instant: a loose ref still has that value, or there is no loose one and
 * nothing was packed since.
 */
export function isRefAsSeen(repository: Repository, ref: string, oid: Oid | null, seenMs: number): boolean {
  const { commonDir, refFormat } = repository;
  if (refFormat !== 'files') return false;
  const stat = (path: string) => lstatSync(join(commonDir, path), { throwIfNoEntry: false });
  if (stat(ref) !== undefined) return oid !== null && looseValue(repository, ref) === oid;
  // Whoever sets a file's time back, as restoring it does, changes this one.
  return (stat('packed-refs')?.ctimeMs ?? 0) < seenMs;
}

/** Returns those of these refs that are packed with these values and have no file of their own. */
function packedAmong({ commonDir, refFormat }: Repository, refs: readonly (readonly [string, Oid])[]): string[] {
  if (refFormat !== 'files') return [];
  const isLoose = (ref: string) => lstatSync(join(commonDir, ref), { throwIfNoEntry: false }) !== undefined;
  return refs.filter(([ref, oid]) => packedValue(commonDir, ref) === oid && !isLoose(ref)).map(([ref]) => ref);
}
