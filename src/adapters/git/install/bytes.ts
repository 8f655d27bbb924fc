import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
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
  symlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { isShim } from '../../../core/install/shim.ts';
import type { Change, InstallPart } from '../../../ports/installation.ts';
import { pause } from '../../system/monotonic.ts';
import { fileModeIn, share } from '../../system/sharing.ts';
import { step } from '../../system/step.ts';
import { abandonedTemporaryFiles, removeFile, temporaryFileOf } from '../files.ts';

/** Returns a file's bytes as Latin-1, or null if it does not exist or is something that can be read without an end. */
export function readBytes(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return null;
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Returns the UTF-8 bytes of one of our texts. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** @param before the text that the new text was made from */
export function writing(part: InstallPart, path: string, text: string, before = readBytes(path)): Change[] {
  return before === text ? [] : [{ kind: 'write', part, path, before, text }];
}

/** Returns whether anything exists at a path, even a dangling link. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Part of the path is a file, as in `/dev/null/pre-commit`.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Makes one change. A reader sees the file as it was or as it will be, and the file keeps its permissions. */
export function makeChange(change: Change): void {
  step(`before file ${change.kind} ${change.part}`);
  if (change.kind === 'write') write(change);
  else if (change.kind === 'link') {
    makeFolder(dirname(change.path));
    if (!isThere(change.path)) symlinkSync(change.to, change.path);
  } else if (change.kind === 'move') {
    // Without a mutex, another process may have just done the same. What is there now is ours then.
    if (!isThere(change.path) || isShim(readBytes(change.path))) return;
    makeFolder(dirname(change.to));
    renameSync(change.path, change.to);
    removeIfEmpty(dirname(change.path));
  } else {
    rmSync(change.path, { force: true });
    removeIfEmpty(dirname(change.path));
  }
  step(`after file ${change.kind} ${change.part}`);
}

function write({ part, path, text, before }: Extract<Change, { kind: 'write' }>): void {
  makeFolder(dirname(path), part === 'manifest');
  // Follows a link, because AGENTS.md may be one.
  const file = before === null ? path : realpathSync(path);
  const mode = part === 'hook' ? 0o755 : before === null ? 0o644 : statSync(file).mode & 0o7777;
  const isConfig = basename(file) === 'config';
  const temporary = isConfig ? `${file}.lock` : temporaryFileOf(file);
  const descriptor = isConfig ? lock(temporary) : openSync(temporary, 'wx', mode);
  try {
    writeSync(descriptor, text, null, 'latin1');
    fsyncSync(descriptor);
    if (before === null) fchmodSync(descriptor, fstatSync(descriptor).mode | bitsOfNew(part, dirname(file)));
    // Somebody may have written the file since it was read.
    const current = readBytes(file);
    if (current !== before && current !== text) throw new ClaimError({ code: 'git', kind: 'file-changing', file });
    if (before !== null) chmodSync(temporary, mode);
    renameSync(temporary, file);
    for (const left of abandonedTemporaryFiles(file)) removeFile(left, `draft of ${part}`);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Returns the bits that a new file gets whatever the umask is. Git ends with an error where it may not read a file that its
 * configuration includes, so whoever may look into a folder of git's may read what we put there.
 */
function bitsOfNew(part: InstallPart, folder: string): number {
  if (IN_WORKTREE.has(part)) return 0;
  const bits = (fileModeIn(folder) ?? 0) | (statSync(folder).mode & READS);
  return part === 'hook' ? bits | ((bits & READS) >> 2) : bits;
}

const IN_WORKTREE: ReadonlySet<InstallPart> = new Set(['agents-md', 'claude', 'worktree-include']);
const READS = 0o444;

/** Git itself holds this lock for a millisecond. */
const LOCK_TRIES = 50;
const LOCK_PAUSE_MS = 20;

function lock(path: string): number {
  for (let tries = 1; ; tries += 1) {
    try {
      return openSync(path, 'wx', 0o644);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (tries === LOCK_TRIES) throw new ClaimError({ code: 'git', kind: 'config-locked', lock: path });
      pause(LOCK_PAUSE_MS);
    }
  }
}

/** Creates a folder whose parent exists. With `recursive`, Node would not report a missing permission. */
function makeFolder(path: string, isOurs = false): void {
  if (isThere(path)) return;
  mkdirSync(path, isOurs ? 0o700 : 0o777);
  if (isOurs) share(path);
}

/** Removes an empty folder, but only one of those that we create. */
function removeIfEmpty(folder: string): void {
  if (!/\/(?:hooks\.(?:before-)?git-claim|\.claude|claim)$/.test(folder)) return;
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
}

/** Returns the error to throw for an error of the file system. If this process may not write, it says who may. */
export function deniedOr(error: unknown, place: string): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return error;
  return new ClaimError({ code: 'git', kind: 'install-denied', said: message, place }, { cause: error });
}
