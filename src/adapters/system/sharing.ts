import { chmodSync, chownSync, closeSync, fchmodSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/*
 * What we keep in a git directory is its owner's alone, unless git shares that directory: with `core.sharedRepository`, or where
 * a umask of 002 lets the group write. Git has then set the bits on its folders, whatever umask the present process has, and
 * everything of ours gets the bits of the folder that it is made in.
 */

/** Returns the bits of group and others that a folder of ours has if it is made in this one; 0 if it is private. */
function bitsIn(folder: string): number {
  const { mode } = statSync(folder);
  return (mode & GROUP_WRITES) === 0 ? 0 : mode & (SET_GROUP | ALL_OTHERS);
}

const GROUP_WRITES = 0o020;
const SET_GROUP = 0o2000;
const ALL_OTHERS = 0o077;
/** Nothing in a file is to be executed. */
const FILE_BITS = 0o066;

/** Returns the mode of a file of ours, to be set whatever the umask is; null if the umask decides. */
export function fileModeIn(folder: string): number | null {
  const bits = bitsIn(folder) & FILE_BITS;
  return bits === 0 ? null : 0o600 | bits;
}

/** Gives a folder or file of ours the bits of the folder that it is in. Only its owner can; for others nothing happens. */
export function share(path: string, seen: Stats = statSync(path)): void {
  const bits = bitsIn(dirname(path)) & (seen.isDirectory() ? SET_GROUP | ALL_OTHERS : FILE_BITS);
  if (bits === 0 || (seen.mode & bits) === bits || seen.uid !== process.geteuid?.()) return;
  chmodSync(path, (seen.mode | bits) & 0o7777);
}

/** Gives a folder that is elsewhere, such as the one for worktrees, the bits and the group of the git directory. */
export function shareLike(path: string, gitDir: string): void {
  const bits = bitsIn(gitDir);
  const [folder, model] = [statSync(path), statSync(gitDir)];
  if (bits === 0 || folder.uid !== process.geteuid?.()) return;
  try {
    if (folder.gid !== model.gid) chownSync(path, folder.uid, model.gid);
  } catch {
    // Not a member of that group. What the folder's own group may do is right all the same.
  }
  chmodSync(path, (folder.mode | (bits & (SET_GROUP | 0o070))) & 0o7777);
}

/** Opens a file of ours for writing, and makes it if there is none. */
export function openOwn(path: string, flags: 'w' | 'wx'): number {
  const file = openSync(path, flags, 0o600);
  try {
    const [mode, seen] = [fileModeIn(dirname(path)), fstatSync(file)];
    if (mode !== null && (seen.mode & mode) !== mode && seen.uid === process.geteuid?.()) fchmodSync(file, mode);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
