import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DirtyFile } from '../../../core/check/facts.ts';
import { ClaimError } from '../../../core/errors.ts';
import type { Repository } from '../repository.ts';

/** If more files have changed, only the first of them are named. */
const FILES_MAX = 500;
/** How many files in completely new folders are looked at: a few milliseconds. */
const INSIDE_MAX = 500;
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
    const budget = { files: INSIDE_MAX };
    const found = rows.filter((row) => row !== '').map((row) => fileOf(path, row, budget));
    // A file that was only taken out of the index has two rows: deleted, and untracked.
    const names = new Set(found.filter(({ isDeleted }) => !isDeleted).map(({ path }) => path));
    return found.filter((file) => !file.isDeleted || !names.has(file.path));
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

/** How many more files may be looked at. */
type Budget = { files: number };

/** A row is two letters, for index and worktree, and the name. */
function fileOf(tree: string, row: string, budget: Budget): DirtyFile {
  const name = row.slice(3);
  const file = join(tree, name);
  const isDeleted = /D/.test(row.slice(0, 2));
  const modifiedMs = modifiedMsOf(file);
  const times = isDeleted ? null : name.endsWith('/') ? timesInside(file, budget) : [changeMs(file)];
  const changed = times === null || times.includes(null) ? null : spanOf(times as readonly number[]);
  return { path: name, isDeleted, modifiedMs, changed };
}

function spanOf(times: readonly number[]): NonNullable<DirtyFile['changed']> {
  return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
}

/** Returns when a folder and each file in it changed last; null if there are too many, or it cannot be read. */
function timesInside(folder: string, budget: Budget): (number | null)[] | null {
  const times = [changeMs(folder)];
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (budget.files === 0) return null;
      budget.files -= 1;
      const path = join(folder, entry.name);
      const inside = entry.isDirectory() ? timesInside(path, budget) : [changeMs(path)];
      if (inside === null) return null;
      times.push(...inside);
    }
    return times;
  } catch {
    return null;
  }
}

function modifiedMsOf(file: string): number | null {
  for (let path = file; path !== dirname(path); path = dirname(path)) {
    const ms = changeMs(path);
    if (ms !== null) return ms;
    // The file was deleted, perhaps with its folder.
  }
  return null;
}

/** A file that was copied or unpacked keeps its old time of modification, and not that of its last change. */
function changeMs(path: string): number | null {
  try {
    const { mtimeMs, ctimeMs } = lstatSync(path);
    return Math.max(mtimeMs, ctimeMs);
  } catch {
    return null;
  }
}
