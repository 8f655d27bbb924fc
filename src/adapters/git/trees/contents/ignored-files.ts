import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { IgnoredFiles } from '../../../../core/trees/contents.ts';
import { below } from './folders.ts';
import { hasContent, isSameContent } from './same-content.ts';
import { latin1, nameBytes, readable } from './tree-git.ts';

/** As many as a person reads. */
const NAMES_MAX = 20;

/**
 * What a person wrote is small: a `.env`, notes, a local database of a few rows. Git keeps what it has once stored, in every copy
 * of the repository's folder; what is larger was nearly always made by a tool, which makes it again.
 */
const SMALL = { fileBytes: 1024 * 1024, bytes: 10 * 1024 * 1024, files: 1_000 };

/** A folder with more files than this was made by a tool, and is not compared file by file. */
const COMPARED_MAX = 2_000;

/**
 * Returns the ignored files of a worktree that the main worktree does not have in the same form.
 *
 * @param ignored as git names them; a folder ends with `/`
 */
export function ignoredFiles(path: string, mainDir: string, ignored: readonly string[]): IgnoredFiles {
  const [here, main] = [latin1(path), latin1(mainDir)];
  const names: string[] = [];
  const small: string[] = [];
  const large: string[] = [];
  let bytes = 0;
  for (const name of ignored) {
    const found = name.endsWith('/') ? filesIn(path, name) : { files: [name], repositories: [] };
    const own = found?.files.filter((file) => !isSame(nameBytes(here, '/', file), nameBytes(main, '/', file))) ?? null;
    // A repository inside cannot be kept under a ref, however small it is.
    const repositories = found?.repositories ?? [];
    names.push(...repositories);
    large.push(...repositories);
    if (own?.length === 0) continue;
    if (!repositories.includes(name)) names.push(name);
    const sizes = (own ?? []).map((file) => lstatSync(nameBytes(here, '/', file), { throwIfNoEntry: false })?.size ?? 0);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const isSmall =
      own !== null &&
      sizes.every((size) => size <= SMALL.fileBytes) &&
      bytes + total <= SMALL.bytes &&
      small.length + own.length <= SMALL.files;
    if (isSmall) small.push(...own);
    else large.push(name);
    bytes += isSmall ? total : 0;
  }
  const first = (some: readonly string[]) => some.slice(0, NAMES_MAX).map(readable);
  return { count: names.length, names: first(names), small, large: { count: large.length, names: first(large) } };
}

type FilesIn = { readonly files: readonly string[]; readonly repositories: readonly string[] };

/** Returns what is below a folder, repositories as one; null if there are too many files, or it cannot be read. */
function filesIn(top: string, folder: string): FilesIn | null {
  const files: string[] = [];
  const repositories: string[] = [];
  const isPlain = (path: string, names: ReadonlySet<string>) => {
    if (names.has('.git')) repositories.push(`${folder}${path}/`);
    return !names.has('.git');
  };
  try {
    if (existsSync(join(top, readable(folder), '.git'))) return { files, repositories: [folder] };
    for (const one of below(join(top, readable(folder)), isPlain)) {
      if (one.isFolder) continue;
      files.push(`${folder}${one.path}`);
      if (files.length > COMPARED_MAX) return null;
    }
  } catch {
    return null;
  }
  return { files, repositories };
}

/** Also true of two files that cannot be kept, a pipe for example: there is nothing in them. */
function isSame(own: Buffer, other: Buffer): boolean {
  return !hasContent(own) || isSameContent(own, other);
}
