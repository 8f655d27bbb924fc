import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';
import { plainValue } from '../refs/ref-files.ts';
import type { Repository } from '../repository.ts';

export const HEADS = 'refs/heads/';
export const ORIGIN_HEAD = 'refs/remotes/origin/HEAD';

/** What a worktree's HEAD means. */
export type PlainHead = {
  /** Null on a branch without commits. */
  readonly commit: Oid | null;
  /** The full name of its branch; `HEAD` if it is on none. */
  readonly name: string;
  /** The full name of origin's default branch; empty if that is not known here. */
  readonly origin: string;
};

/** Reads HEAD in git's own files (gitrepository-layout(5)); null where they are not plain, or a branch has no commit. */
export function headInFiles(repository: Repository): PlainHead | null {
  const { gitDir, commonDir } = repository;
  const head = pointerAt(join(gitDir, 'HEAD'));
  const name = targetIn(head);
  const commit = name === null ? parseOid(head ?? '') : commitAt(repository, name, HEADS);
  const originHead = pointerAt(join(commonDir, ORIGIN_HEAD));
  const origin = targetIn(originHead);
  const isOriginPlain = originHead === null || (origin !== null && commitAt(repository, origin, 'refs/remotes/origin/') !== null);
  if (commit === null || !isOriginPlain || repository.refFormat !== 'files') return null;
  // Without a file it may be packed, as another tool may leave it.
  if (originHead === null && plainValue(repository, ORIGIN_HEAD) !== 'absent') return null;
  return { commit, name: name ?? 'HEAD', origin: origin ?? '' };
}

/** Returns what a file of a symbolic ref says; null if there is none, or it is a link, as it once was. */
function pointerAt(path: string): string | null {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8').trimEnd() : null;
  } catch {
    return null;
  }
}

function targetIn(text: string | null): string | null {
  return /^ref: (\S+)$/.exec(text ?? '')?.[1] ?? null;
}

function commitAt(repository: Repository, ref: string, folder: string): Oid | null {
  const value = ref.startsWith(folder) ? plainValue(repository, ref) : 'unclear';
  return value === 'absent' || value === 'unclear' ? null : value;
}
