import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { signalZero } from '../system/signal-zero.ts';
import { step } from '../system/step.ts';
import { ageMs, removeFile } from './files.ts';
import type { Repository } from './repository.ts';

/**
 * What git's index says of a file; a `size` of 0 is one that git does not trust. `unclear`: the file is in conflict, or the index
 * cannot be read here.
 */
export type FileInIndex = { readonly at: number; readonly size: number } | 'untracked' | 'unclear';

/** An entry begins with ctime, mtime, dev, ino, mode, uid, gid and the size; then come the oid and the flags. */
const SIZE_AT = 36;
const OID_AT = 40;
const EXTENDED = 0x4000;
const STAGE = 0x3000;
const NAME_LENGTH = 0xfff;

/** Extensions of an index that leaves entries out: they are in another file, or a folder stands for them. */
const PARTIAL = ['link', 'sdir'];

/**
 * Looks for a file in the bytes of an index (gitformat-index(5), versions 2 to 4).
 *
 * @param file relative to the top of the worktree
 */
export function entryIn(index: Buffer, file: string, oidBytes: number): FileInIndex {
  const name = Buffer.from(file);
  const version = index.length < 12 || index.toString('latin1', 0, 4) !== 'DIRC' ? 0 : index.readUInt32BE(4);
  if (version < 2 || version > 4) return 'unclear';
  let at = 12;
  let before = Buffer.alloc(0);
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flags = index.readUInt16BE(at + OID_AT + oidBytes);
    let start = at + OID_AT + oidBytes + (flags & EXTENDED ? 4 : 2);
    let kept = Buffer.alloc(0);
    if (version === 4) {
      const [dropped, bytes] = varint(index, start);
      start += bytes;
      kept = before.subarray(0, before.length - dropped);
    }
    const isLong = version === 4 || (flags & NAME_LENGTH) === NAME_LENGTH;
    const end = isLong ? index.indexOf(0, start) : start + (flags & NAME_LENGTH);
    const isFound = kept.length + end - start === name.length && Buffer.concat([kept, index.subarray(start, end)]).equals(name);
    if (isFound) return flags & STAGE ? 'unclear' : { at, size: index.readUInt32BE(at + SIZE_AT) };
    if (version === 4) before = Buffer.concat([kept, index.subarray(start, end)]);
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return extensionsFrom(index, at, oidBytes).some((name) => PARTIAL.includes(name)) ? 'unclear' : 'untracked';
}

/** Returns the names of the extensions, which follow the entries. A checksum follows them. */
function extensionsFrom(index: Buffer, start: number, oidBytes: number): string[] {
  const names: string[] = [];
  for (let at = start; at + 8 <= index.length - oidBytes; at += 8 + index.readUInt32BE(at + 4))
    names.push(index.toString('latin1', at, at + 4));
  return names;
}

/** Reads a number of which each byte holds seven bits, and tells how many bytes it has. */
function varint(bytes: Buffer, at: number): [value: number, length: number] {
  let byte = bytes[at] as number;
  let value = byte & 0x7f;
  let length = 1;
  for (; byte & 0x80; length += 1) {
    byte = bytes[at + length] as number;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return [value, length];
}

/**
 * Returns the index with a file whose size git does not know: git then looks at the content instead of calling a file modified
 * that has another size. Git itself marks entries so that it does not trust.
 */
function withoutSize(index: Buffer, at: number, format: Repository['objectFormat']): Buffer {
  const changed = Buffer.from(index);
  changed.writeUInt32BE(0, at + SIZE_AT);
  const hash = createHash(format);
  const end = changed.length - (format === 'sha256' ? 32 : 20);
  // Git writes no checksum with index.skipHash.
  if (index.subarray(end).some((byte) => byte !== 0)) hash.update(changed.subarray(0, end)).digest().copy(changed, end);
  return changed;
}

/** Returns what git's index says of a file in a worktree. */
export function indexEntryOf(gitDir: string, file: string, { objectFormat }: Pick<Repository, 'objectFormat'>): FileInIndex {
  const path = join(gitDir, 'index');
  if (!existsSync(path)) return 'untracked';
  try {
    // Git locks what a link leads to, where nobody looks for what a killed process left.
    if (lstatSync(path).isSymbolicLink()) return 'unclear';
    return entryIn(readFileSync(path), file, objectFormat === 'sha256' ? 32 : 20);
  } catch {
    return 'unclear';
  }
}

/** Returns whether a worktree's index leaves entries out or is a link, so that files which git tracks cannot show claims. */
export function isIndexUnclear(gitDir: string, { objectFormat }: Pick<Repository, 'objectFormat'>): boolean {
  return indexEntryOf(gitDir, NO_FILE, { objectFormat }) === 'unclear';
}

/** No index has an entry of this name. One of no name is that of a file in another index. */
const NO_FILE = '/';

/** Git's own lock on the index of a worktree: while it is held, no git writes files there. */
export type IndexLock = {
  /** Whether it is still held: another session takes it for that of a killed process when this one does not continue for long. */
  isOurs(): boolean;
  /** Puts the new index in place and ends the lock; does nothing if the lock is no longer ours. */
  commit(): void;
  /** Ends the lock without a change. */
  abort(): void;
};

/**
 * Locks the index to replace a tracked file, of which git then does not know the size.
 *
 * The lock is a second name of a file that is written already. So it lasts for two renames, and if this process is killed between
 * them, {@link clearIndexLock} knows it again.
 *
 * @returns null if git is at work there, or the file is not tracked any more
 */
export function lockIndex(gitDir: string, file: string, { objectFormat }: Pick<Repository, 'objectFormat'>): IndexLock | null {
  const [path, lock] = [join(gitDir, 'index'), join(gitDir, 'index.lock')];
  const seen = statSync(path, { bigint: true });
  const index = readFileSync(path);
  const entry = entryIn(index, file, objectFormat === 'sha256' ? 32 : 20);
  if (typeof entry === 'string') return null;
  const draft = join(gitDir, `${DRAFT}${process.pid}-${String(Math.random()).slice(2)}`);
  const drop = (name: string, what: string) => removeFile(name, what);
  step('before file index draft');
  writeFileSync(draft, withoutSize(index, entry.at, objectFormat), { flag: 'wx' });
  chmodSync(draft, Number(seen.mode & 0o7777n));
  // Git looks into a file that is as young as the index, however well its times fit (racy-git.txt). Below a younger index, what
  // somebody changed in the second of a `git add` would count as unchanged.
  const second = Math.floor(Number(seen.mtimeMs) / 1_000);
  utimesSync(draft, second, second);
  step('after file index draft');
  const locked = lockWith(draft, lock);
  if (locked === null) {
    drop(draft, 'index draft');
    return null;
  }
  // A process that was stopped for long comes back to a lock that is git's own by now.
  const isOurs = () => lstatSync(lock, { throwIfNoEntry: false })?.ino === locked && existsSync(draft);
  const abort = () => {
    if (isOurs()) drop(lock, 'index lock');
    drop(draft, 'index draft');
  };
  const now = statSync(path, { bigint: true });
  if (now.ino !== seen.ino || now.mtimeNs !== seen.mtimeNs || now.size !== seen.size) {
    abort();
    return null;
  }
  const commit = () => {
    step('before file index');
    if (isOurs()) renameSync(lock, path);
    step('after file index');
    drop(draft, 'index draft');
  };
  return { isOurs, commit, abort };
}

const DRAFT = 'index.git-claim-';

/** Returns the number of the lock's file; null if there is a lock already. */
function lockWith(draft: string, lock: string): number | null {
  step('before file index lock');
  try {
    try {
      linkSync(draft, lock);
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      // A file system without hard links. What a killed process leaves there looks like git's own.
      copyFileSync(draft, lock, constants.COPYFILE_EXCL);
    }
    step('after file index lock');
    return lstatSync(lock).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    removeFile(draft, 'index draft');
    throw error;
  }
}

/** The lock is held for less than a millisecond. */
const HELD_MS_MAX = 1_000;
/** Whoever has its process number lives, but it may be another process, or one that is stopped. */
const STALLED_MS_MAX = 60_000;

/** Whether the lock is that of a killed process of ours; `young`: it may still be at work. */
type LeftLock = 'left' | 'young' | null;

/** Finds out whether the lock on the index is one of ours, and removes nothing. */
export function leftLock(gitDir: string): LeftLock {
  const lock = lstatSync(join(gitDir, 'index.lock'), { throwIfNoEntry: false });
  const own = lock && draftsIn(gitDir).find(({ ino }) => ino === lock.ino);
  return own === undefined ? null : own.isOld ? 'left' : 'young';
}

/** Removes drafts of killed processes, and the lock if it is one of theirs. Returns whether there is one that is too young. */
export function clearIndexLock(gitDir: string): boolean {
  const left = leftLock(gitDir);
  if (left === 'left') removeFile(join(gitDir, 'index.lock'), 'index lock');
  for (const { path, isOld } of draftsIn(gitDir)) if (isOld) removeFile(path, 'index draft');
  return left === 'young';
}

/** Does the same where there is a lock, if it can: for one look at one file, any command may ask for it. */
export function clearLeftLocks(gitDirs: readonly string[]): void {
  try {
    for (const gitDir of gitDirs) if (existsSync(join(gitDir, 'index.lock'))) clearIndexLock(gitDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function draftsIn(gitDir: string): { readonly path: string; readonly ino: number; readonly isOld: boolean }[] {
  return readdirSync(gitDir).flatMap((name) => {
    if (!name.startsWith(DRAFT)) return [];
    const path = join(gitDir, name);
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (file === undefined) return [];
    const isRunning = signalZero(Number.parseInt(name.slice(DRAFT.length), 10)) !== 'gone';
    return [{ path, ino: file.ino, isOld: ageMs(path) > (isRunning ? STALLED_MS_MAX : HELD_MS_MAX) }];
  });
}
