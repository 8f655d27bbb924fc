import { closeSync, lstatSync, mkdirSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openOwn, share } from '../system/sharing.ts';
import { step } from '../system/step.ts';
import { Unusable } from './trouble.ts';

/** The suffixes of the files that SQLite may put beside a database. */
export const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/**
 * Returns the path of one of our databases, `<git common dir>/claim/<name>`. Creates the folder, private unless git shares the
 * repository, but not the file.
 *
 * @throws Unusable for a symbolic link, anything but a plain file, or a file system without reliable locks
 * @throws the file system's error if the folder cannot be created
 */
export function placeOf(commonDir: string, name: string, fileSystemType?: number): string {
  const directory = join(commonDir, 'claim');
  const path = join(directory, name);
  const there = lstatSync(directory, { throwIfNoEntry: false });
  if (!there?.isDirectory()) makeDirectory(directory);
  else share(directory, there);
  const network = NETWORK_FILE_SYSTEMS.get(fileSystemType ?? statfsSync(directory).type);
  if (network !== undefined)
    throw new Unusable(`${directory} is on ${network}, where SQLite's locks and shared memory are not reliable`);
  for (const suffix of ['', ...COMPANIONS]) {
    const file = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (file?.isFile() === false) throw new Unusable(`${path}${suffix} is not a plain file`);
    if (file !== undefined) share(path + suffix, file);
  }
  return path;
}

/**
 * Creates the empty file unless it exists, private or shared like the folder. It does not open an existing file, because closing
 * it would drop this process's locks on it.
 */
export function createFile(path: string): void {
  step(`before file create ${basename(path)}`);
  try {
    closeSync(openOwn(path, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  step(`after file create ${basename(path)}`);
}

/** Returns what distinguishes this very file from any other of the same name, or null if there is none. */
export function stampOf(path: string): string | null {
  const file = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return file === undefined ? null : `${file.dev}:${file.ino}:${file.birthtimeNs}`;
}

function makeDirectory(directory: string): void {
  step('before file mkdir claim');
  try {
    mkdirSync(directory, { mode: 0o700 });
    share(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!lstatSync(directory).isDirectory()) throw new Unusable(`${directory} is not a folder`);
  }
  step('after file mkdir claim');
}

/** File systems that more than one kernel may write to, by their number in Linux (statfs(2) and linux/magic.h). */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'a VirtualBox share'],
  [0xbacbacbc, 'a VMware share'],
  [0x7c7c6673, 'a Parallels share'],
]);
