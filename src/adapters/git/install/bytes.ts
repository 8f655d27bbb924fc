import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { isShim } from '../../../core/install/shim.ts';
import type { Change } from '../../../ports/installation.ts';
import { pause } from '../../system/monotonic.ts';
import { step } from '../../system/step.ts';
import { abandonedDrafts, draftOf, removeFile } from '../files.ts';

/** Returns a file's bytes as Latin-1, or null when there is no such file. */
export function readBytes(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Returns a text of ours as its bytes in UTF-8. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Tells whether something stands at a path, also a link to nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes one change; a file is seen as it was or as it will be, and keeps its permissions. */
export function makeChange(change: Change): void {
  step(`before file ${change.kind} ${change.part}`);
  if (change.kind === 'write') write(change);
  else if (change.kind === 'move') {
    // Where nobody can be kept out, another process may have just done the same: what stands there now is ours.
    if (!isThere(change.path) || isShim(readBytes(change.path))) return;
    makeFolder(dirname(change.to), 0o777);
    renameSync(change.path, change.to);
    removeIfEmpty(dirname(change.path));
  } else {
    rmSync(change.path, { force: true });
    removeIfEmpty(dirname(change.path));
  }
  step(`after file ${change.kind} ${change.part}`);
}

function write({ part, path, text, before }: Extract<Change, { kind: 'write' }>): void {
  makeFolder(dirname(path), part === 'manifest' ? 0o700 : 0o777);
  // Through a link, for AGENTS.md may be one.
  const file = before === null ? path : realpathSync(path);
  const mode = part === 'hook' ? 0o755 : before === null ? 0o644 : statSync(file).mode & 0o7777;
  const isConfig = basename(file) === 'config';
  const draft = isConfig ? `${file}.lock` : draftOf(file);
  const descriptor = isConfig ? lock(draft) : openSync(draft, 'wx', mode);
  try {
    writeSync(descriptor, text, null, 'latin1');
    fsyncSync(descriptor);
    // Somebody may have written it since the look.
    const standing = readBytes(file);
    if (standing !== before && standing !== text)
      throw new ClaimError('git', `${file} is just being changed`, { hint: 'try again' });
    if (before !== null) chmodSync(draft, mode);
    renameSync(draft, file);
    for (const left of abandonedDrafts(file)) removeFile(left, `draft of ${part}`);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Git itself holds this lock for a millisecond. */
const LOCK_TRIES = 50;
const LOCK_PAUSE_MS = 20;

function lock(path: string): number {
  for (let tries = 1; ; tries += 1) {
    try {
      return openSync(path, 'wx', 0o644);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (tries === LOCK_TRIES)
        throw new ClaimError('git', `${path} is in the way: git is changing the configuration, or was killed while it did`, {
          hint: `when no git command runs here, remove ${path}`,
        });
      pause(LOCK_PAUSE_MS);
    }
  }
}

/** The folder above it is there; made with all above it, Node would not say that it may not. */
function makeFolder(path: string, mode: number): void {
  if (!isThere(path)) mkdirSync(path, mode);
}

/** Only folders that we made. */
function removeIfEmpty(folder: string): void {
  if (!/\/(?:hooks\.(?:before-)?git-claim|\.claude|claim)$/.test(folder)) return;
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
}

/** Returns what to throw for an error of the file system: where this process may not write, one that says who may. */
export function deniedOr(error: unknown, place: string): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return error;
  return new ClaimError('git', `git-claim may not write here: ${message}`, {
    cause: error,
    hint: `a coding agent's sandbox keeps hooks and configuration read-only: a person sets this up, in ${place}`,
  });
}
