import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DirtyFile } from '../../../core/check/facts.ts';
import { ClaimError } from '../../../core/errors.ts';
import type { Repository } from '../repository.ts';

/** If more files have changed, only the first of them are named. */
const FILES_MAX = 500;
const STATUS = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal', '--ignore-submodules=dirty'];

/**
 * Returns the files of a worktree that differ from its commit, untracked ones included, or null if git did not answer in time.
 * Writes nothing, not even the index.
 */
export async function dirtyFiles(repository: Repository, path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null> {
  try {
    const { code, stdout } = await repository.git(STATUS, { cwd: path, timeoutMs });
    if (code !== 0) return null;
    const rows = String(stdout).split('\0').slice(0, FILES_MAX);
    return rows.filter((row) => row !== '').map((row) => fileOf(path, row));
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

/** A row is two letters, for index and worktree, and the name. */
function fileOf(tree: string, row: string): DirtyFile {
  const name = row.slice(3);
  return { path: name, isDeleted: /D/.test(row.slice(0, 2)), modifiedMs: modifiedMsOf(join(tree, name)) };
}

/** A file that was copied or unpacked keeps its old time of modification, and not that of its last change. */
function modifiedMsOf(file: string): number | null {
  for (let path = file; path !== dirname(path); path = dirname(path)) {
    try {
      const { mtimeMs, ctimeMs } = lstatSync(path);
      return Math.max(mtimeMs, ctimeMs);
    } catch {
      // The file was deleted, perhaps with its folder.
    }
  }
  return null;
}
