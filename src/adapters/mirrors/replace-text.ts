import { appendFileSync, closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { ClaimError } from '../../core/errors.ts';
import { replaceFile } from '../git/files.ts';
import { clearIndexLock, type IndexLock } from '../git/index-file.ts';
import { pause } from '../system/monotonic.ts';
import { fileStamp } from './kept-lines.ts';
import { isAtWork } from './visibility.ts';

/** No order is larger than this. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Somebody may save the file at the same moment, but nobody does so this often. */
const TRIES_MAX = 5;

export type NewText = {
  readonly text: string;
  /** Called with the stamp of the file that is about to stand there, before it does. */
  readonly before?: (stamp: string | null) => void;
  /** Called when it stands there. */
  readonly after?: () => void;
};

/** A file of a person, and how git is kept from it meanwhile. */
export type Replaceable = {
  readonly path: string;
  /** Its name for people. */
  readonly file: string;
  /** Of the worktree that the file is in. */
  readonly gitDir: string;
  /** Locks git's index if git tracks the file; null if it cannot be had. */
  readonly lock: () => IndexLock | null;
  /** Returns whether git would call the file modified for its size alone. */
  readonly isMisjudged: () => boolean;
};

/**
 * Replaces the text of a person's file by what `edit` makes of it. What others write meanwhile is kept: the edit is then made
 * again, in what they wrote.
 *
 * @param edit gets one character per byte, so that a file in any encoding stays as it was
 * @returns false if git is writing in the worktree just now: it has looked at its files already, and would replace what we write
 * @throws ClaimError `git` if the file is too large, or never stands still
 */
export function replaceText(target: Replaceable, edit: (text: string) => NewText): boolean {
  outliveOwnLock(target.gitDir);
  let [tries, waits] = [0, 0];
  while (tries <= TRIES_MAX) {
    const outcome = isAtWork(target.gitDir) ? 'at-work' : replaceOnce(target, edit);
    if (outcome === 'done') return true;
    if (outcome === 'changed') tries += 1;
    else if (outcome === 'at-work' || waits === LOCKED_MAX) return false;
    else {
      waits += 1;
      pause(LOCKED_MS * Math.random());
    }
  }
  throw new ClaimError({ code: 'git', kind: 'order-file-changing', file: target.file });
}

/** A draft in the worktree would be one more file for git to see, if this process is killed. */
function hidden(path: string, gitDir: string): { readonly draftIn?: string } {
  return statSync(gitDir).dev === statSync(path).dev ? { draftIn: gitDir } : {};
}

/** A killed process may have left our lock, which nobody else removes. */
function outliveOwnLock(gitDir: string): void {
  for (let waits = 0; clearIndexLock(gitDir) && waits < WAITS_MAX; waits += 1) pause(WAIT_MS);
}

const WAITS_MAX = 30;
const WAIT_MS = 50;

/** Git and other sessions hold the index for milliseconds. */
const LOCKED_MAX = 10;
const LOCKED_MS = 20;

function replaceOnce(
  { path, file, gitDir, lock, isMisjudged }: Replaceable,
  edit: (text: string) => NewText,
): 'done' | 'changed' | 'locked' {
  const { mode, size } = statSync(path);
  if (size > FILE_BYTES_MAX) throw new ClaimError({ code: 'git', kind: 'order-file-too-large', file, bytesMax: FILE_BYTES_MAX });
  const old = openSync(path, 'r');
  let locked: IndexLock | null = null;
  let isBusy = false;
  try {
    const bytes = readFileSync(old);
    const { text, before, after } = edit(bytes.toString('latin1'));
    const edited = Buffer.from(text, 'latin1');
    if (edited.equals(bytes)) {
      before?.(fileStamp(path));
      // A process was killed before it told git.
      if (isMisjudged()) {
        locked = lock();
        if (locked === null) return 'locked';
        locked.commit();
        locked = null;
      }
    } else {
      const isStill = (draft: string) => {
        before?.(fileStamp(draft));
        locked = lock();
        isBusy = locked === null;
        return !isBusy && readFileSync(path).equals(bytes) && (locked as IndexLock | null)?.isOurs() === true;
      };
      const isReplaced = replaceFile(path, edited, 'order', { mode: mode & 0o7777, isStill, ...hidden(path, gitDir) });
      if (isReplaced) (locked as IndexLock | null)?.commit();
      else (locked as IndexLock | null)?.abort();
      locked = null;
      if (!isReplaced) return isBusy ? 'locked' : 'changed';
      if (!isRegained(path, old, bytes, edited)) return 'changed';
    }
    after?.();
    return 'done';
  } finally {
    (locked as IndexLock | null)?.abort();
    closeSync(old);
  }
}

/**
 * Saves what somebody wrote into the old file after it was last compared and before it was replaced.
 *
 * @param old the old file, open
 * @returns false if the file has to be edited again
 */
function isRegained(path: string, old: number, bytes: Buffer, edited: Buffer): boolean {
  const late = wholeOf(old);
  if (late.equals(bytes)) return true;
  if (late.subarray(0, bytes.length).equals(bytes)) appendFileSync(path, late.subarray(bytes.length));
  else replaceFile(path, late, 'order', { mode: null, isStill: () => readFileSync(path).equals(edited) });
  return false;
}

/** Reads an open file from its beginning. Room for the largest one would take longer than all else here. */
function wholeOf(file: number): Buffer {
  for (let room = fstatSync(file).size + 1; ; room *= 2) {
    const bytes = Buffer.allocUnsafe(room);
    const length = readSync(file, bytes, 0, room, 0);
    if (length < room) return bytes.subarray(0, length);
  }
}
