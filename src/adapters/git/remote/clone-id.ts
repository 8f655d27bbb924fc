import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type CloneId, parseCloneId } from '../../../core/ids.ts';
import { share } from '../../system/sharing.ts';
import { step } from '../../system/step.ts';

/**
 * Returns the id of the clone with this git directory, and makes one where there is none. A copy of the directory is another
 * clone: the file in it names the folder that it was written for.
 *
 * Each line of `claim/clone` is an id, the device and the inode of the folder, and when it was made. Lines are only added, and
 * the first that fits counts, so that processes which make one at the same time agree.
 *
 * @param commonDir absolute path of the git directory that all worktrees share
 * @returns null if it cannot be kept
 */
export function cloneIdIn(commonDir: string): CloneId | null {
  try {
    const found = idIn(commonDir);
    if (found !== null) return found;
    const { dev, ino, birthtimeNs } = statSync(commonDir, { bigint: true });
    add(commonDir, `${randomBytes(16).toString('hex')} ${dev} ${ino} ${birthtimeNs}`);
    return idIn(commonDir);
  } catch {
    return null;
  }
}

function idIn(commonDir: string): CloneId | null {
  const { dev, ino, birthtimeNs } = statSync(commonDir, { bigint: true });
  let text: string;
  try {
    text = readFileSync(join(commonDir, 'claim', 'clone'), 'latin1');
  } catch {
    return null;
  }
  // What follows the last line break is not written to its end.
  for (const line of text.split('\n').slice(0, -1)) {
    const [id = '', onDevice, inode, born] = line.split(' ');
    // A device may have another number after each boot. Then the time tells, where the file system keeps it.
    const isHere = inode === String(ino) && (onDevice === String(dev) || (birthtimeNs > 0n && born === String(birthtimeNs)));
    if (isHere && parseCloneId(id) !== null) return id as CloneId;
  }
  return null;
}

/** Adds a line with one call, so that no other process writes into it. A line that a killed process left open is ended first. */
function add(commonDir: string, line: string): void {
  const folder = join(commonDir, 'claim');
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) share(folder);
  step('before clone id');
  const path = join(folder, 'clone');
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, `\n${line}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  share(path);
  step('after clone id');
}
