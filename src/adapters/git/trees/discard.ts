import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Leaving } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { below, signatureOf, unlinkedSignature } from './contents/folders.ts';
import type { Inventory } from './contents/inventory.ts';
import { latin1, nameBytes } from './contents/tree-git.ts';
import { noteRemoval } from './removal-lock.ts';

/** What lies where a worktree was. `said`: why it could not be deleted, in the system's words; null if it is new. */
export type Rest = { readonly path: string; readonly files: number; readonly said: string | null };

/**
 * Deletes the files of a worktree that was set aside, unless they have changed since they were seen, then its registration.
 *
 * @param place where the worktree was
 * @param leaving what is noted for whoever recovers a removal that is killed
 * @returns what stays, in a folder of its own; null if nothing does
 */
export function deleteTree(aside: string, place: string, gitDir: string, seen: Inventory, leaving: Leaving): Rest | null {
  noteRemoval(gitDir, { stage: 'deleting', ...leaving });
  step('before file discard worktree');
  const { said, pointer } = deleteFiles(aside, seen);
  // From here on nothing may stop it halfway: a disk may be full.
  attempt(() => noteRemoval(gitDir, { stage: 'deleted', ...leaving }));
  if (pointer !== null) attempt(() => unlinkSync(pointer));
  step('draft file discard worktree');
  const rest = clearFolder(aside, place, said);
  rmSync(gitDir, { recursive: true, force: true });
  step('after file discard worktree');
  return rest;
}

/** Git's own pointer is left: until it is gone, the folder is still a worktree, and can be put back. */
function deleteFiles(aside: string, { files }: Inventory): { readonly said: string | null; readonly pointer: Buffer | null } {
  const root = latin1(aside);
  let said: string | null = null;
  let done = 0;
  // By what they are apart from their names: a file may have several.
  const unlinked = new Set<string>();
  for (const [name, signature] of files) {
    done += 1;
    if (done === Math.ceil(files.size / 2)) step('half file discard worktree');
    if (name === '.git') continue;
    const file = nameBytes(root, '/', name);
    const now = stateOf(file);
    if (now === null) continue;
    const [was, is] = [unlinkedSignature(signature), unlinkedSignature(now)];
    if (now !== signature && !(was === is && unlinked.has(was))) continue;
    const failed = changing(nameBytes(root, '/', name.includes('/') ? dirname(name) : ''), () => unlinkSync(file));
    if (failed === null) unlinked.add(was);
    else said ??= failed;
  }
  return { said, pointer: files.has('.git') ? nameBytes(root, '/.git') : null };
}

/**
 * Deletes the empty folders in what is left of a worktree, and itself.
 *
 * @param said why something could not be deleted
 * @returns what stays, under a name by which a person finds it; null if nothing does
 */
export function clearFolder(aside: string, place: string, said: string | null): Rest | null {
  if (!existsSync(aside)) return null;
  const root = latin1(aside);
  for (const name of foldersIn(aside).reverse()) {
    const above = nameBytes(root, '/', name.includes('/') ? dirname(name) : '');
    changing(above, () => rmdirSync(nameBytes(root, '/', name)));
  }
  attempt(() => rmdirSync(aside));
  if (!existsSync(aside)) return null;
  const rest = join(dirname(place), `${basename(place)}.left-${randomBytes(2).toString('hex')}`);
  renameSync(aside, rest);
  let files = 0;
  attempt(() => {
    for (const { isFolder } of below(rest)) files += isFolder ? 0 : 1;
  });
  return { path: rest, files, said };
}

/** Returns the folders that can be seen, the upper ones first. */
function foldersIn(top: string): string[] {
  const folders: string[] = [];
  attempt(() => {
    for (const { path, isFolder } of below(top)) if (isFolder) folders.push(path);
  });
  return folders;
}

/** Returns what shows that a file is the same; null if there is none, or it cannot be seen any more. */
function stateOf(file: Buffer): string | null {
  let state: string | null = null;
  attempt(() => {
    state = signatureOf(file);
  });
  return state;
}

/** Changes a folder that may be closed to its owner. Returns null, or why it cannot. */
function changing(folder: Buffer, change: () => void): string | null {
  const failed = attempt(change);
  if (failed === null || !/^(?:EACCES|EPERM)$/.test(failed.code ?? '')) return saidBy(failed);
  return saidBy(attempt(() => chmodSync(folder, (lstatSync(folder).mode & 0o7777) | 0o700)) ?? attempt(change));
}

/** Without the path, which nobody knows. */
function saidBy(error: Error | null): string | null {
  return error === null ? null : (error.message.split(',')[0] ?? error.message);
}

function attempt(change: () => void): NodeJS.ErrnoException | null {
  try {
    change();
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
