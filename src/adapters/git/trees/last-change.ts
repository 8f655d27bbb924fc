import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { Repository } from '../repository.ts';

/** A worktree with more changed files was changed by a tool, which touches the first of them too. */
const FILES_MAX = 2_000;
const STATUS = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=dirty'];
/** Git needs longer in the largest of repositories only. */
const TIMEOUT_MS = 10_000;

/**
 * Returns when anything in a worktree was last changed, by the file system's clock: its binding, its HEAD, or a file that differs
 * from its commit. Null if that cannot be seen. Writes nothing, not even the index.
 *
 * @param gitDir the worktree's own
 */
export async function lastChangeMs(repository: Repository, path: string, gitDir: string): Promise<number | null> {
  const own = [join(gitDir, 'claim', 'binding'), join(gitDir, 'logs', 'HEAD')];
  const times = [...own, ...(await changedFiles(repository, path))].map(modifiedMs).filter((time) => time !== null);
  return times.reduce<number | null>((one, other) => Math.max(one ?? other, other), null);
}

async function changedFiles({ git }: Repository, path: string): Promise<string[]> {
  try {
    const { code, stdout } = await git(STATUS, { cwd: path, timeoutMs: TIMEOUT_MS });
    const rows = code === 0 ? String(stdout).split('\0').slice(0, FILES_MAX) : [];
    return rows.filter((row) => row !== '').map((row) => join(path, row.slice(3)));
  } catch (error) {
    if (error instanceof ClaimError) return [];
    throw error;
  }
}

function modifiedMs(file: string): number | null {
  return lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
