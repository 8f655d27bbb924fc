import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { step } from '../../system/step.ts';
import { readText, writeWhole } from '../files.ts';
import { gitDirOf } from './registrations.ts';

/** Where a worktree lies while it is being removed: beside its place, where nobody looks for it by name. */
export function asidePath(path: string, tag: string): string {
  return join(dirname(path), `.${basename(path)}.going-${tag}`);
}

/** Returns the place of a worktree that was set aside; null if the name is not such a one. */
export function placeOfAside(aside: string): string | null {
  const name = /^\.(.+)\.going-[0-9a-f]+$/.exec(basename(aside))?.[1];
  return name === undefined ? null : join(dirname(aside), name);
}

/** Writes into a registration where its worktree is, absolute or relative as it was. */
export function pointTo(gitDir: string, path: string): void {
  const file = join(gitDir, 'gitdir');
  const pointer = join(path, '.git');
  const isRelative = !isAbsolute(readFileSync(file, 'utf8'));
  writeWhole(file, `${isRelative ? relative(gitDir, pointer) : pointer}\n`, 'worktree pointer');
}

/**
 * Moves a worktree, with its registration.
 *
 * @throws the file system's error if it cannot be moved; then it stays
 */
export function moveTree(gitDir: string, from: string, to: string): void {
  // The pointer first: a process that is killed between the two leaves a pointer from which the place can be told.
  pointTo(gitDir, to);
  try {
    step('before file move worktree');
    renameSync(from, to);
    step('after file move worktree');
  } catch (error) {
    pointTo(gitDir, from);
    throw error;
  }
}

/** Returns whether a folder is the worktree of a registration. */
export function isTreeOf(gitDir: string, path: string): boolean {
  return existsSync(path) && gitDirOf(path) === gitDir;
}

/** Returns where a registration says that its worktree is; null if it does not say. */
export function pointedTo(gitDir: string): string | null {
  const target = readText(join(gitDir, 'gitdir'))?.replace(/[\r\n]+$/, '');
  return target ? dirname(isAbsolute(target) ? target : join(gitDir, target)) : null;
}
