import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { troubleFrom } from '../../core/errors.ts';
import type { Copied, LeftOut } from '../../core/trees/setup.ts';
import { step } from './step.ts';

/** More than the largest `node_modules`. A list that names more is a mistake. */
const FILES_MAX = 1_000_000;
/** A copy has this suffix until one step puts it in place. The next copy of the same file removes what a killed one left. */
const TEMPORARY = '.git-claim-copy';

/**
 * Copies files and folders from one worktree to the same places in another, by reflink if the disk supports it. Existing files
 * stay as they are. A symbolic link is copied as a link and never followed, not even as a folder on the way. Repositories inside
 * and special files are left out.
 *
 * @param paths relative
 * @param onFile called after each file with the number of files so far
 */
export function copyFiles(from: string, to: string, paths: readonly string[], onFile: (files: number) => void): Copied {
  const copy = new Copy(onFile);
  for (const path of paths) {
    try {
      const blocked = makeWay(to, dirname(path));
      if (blocked !== null) copy.leftOut.push({ path, why: { kind: 'in-the-way', folder: blocked } });
      else copy.into(join(from, path), join(to, path));
    } catch (error) {
      const why =
        error instanceof TooMany ? { kind: 'too-many', filesMax: FILES_MAX } : { kind: 'failed', failure: troubleFrom(error) };
      copy.leftOut.push({ path, why } as LeftOut);
    }
  }
  return copy;
}

class TooMany extends Error {}

class Copy implements Copied {
  files = 0;
  readonly leftOut: LeftOut[] = [];
  readonly #onFile: (files: number) => void;

  constructor(onFile: (files: number) => void) {
    this.#onFile = onFile;
  }

  /** Fills in what is missing. What has no counterpart is copied to a temporary name and put in place as a whole. */
  into(source: string, target: string): void {
    const [kind, there] = [lstatSync(source), lstatSync(target, { throwIfNoEntry: false })];
    if (there === undefined) this.#place(source, kind, target);
    else if (kind.isDirectory() && there.isDirectory() && !isRepository(source)) {
      for (const name of readdirSync(source)) this.into(join(source, name), join(target, name));
    }
  }

  #place(source: string, kind: Stats, target: string): void {
    const temporary = `${target}${TEMPORARY}`;
    step('before file copy');
    rmSync(temporary, { recursive: true, force: true });
    try {
      if (kind.isSymbolicLink()) this.#write(source, kind, target);
      else if (this.#write(source, kind, temporary)) takePlace(temporary, target, kind.isDirectory());
    } finally {
      rmSync(temporary, { recursive: true, force: true });
      step('after file copy');
    }
  }

  #write(source: string, kind: Stats, temporary: string): boolean {
    if (kind.isDirectory()) return this.#writeFolder(source, kind, temporary);
    if (this.files >= FILES_MAX) throw new TooMany();
    if (kind.isSymbolicLink()) symlinkSync(readlinkSync(source), temporary);
    else if (kind.isFile()) copyFileSync(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    else return false;
    // What a build made must stay newer than its sources, in the copy too.
    if (kind.isFile()) utimesSync(temporary, kind.atime, kind.mtime);
    this.files += 1;
    this.#onFile(this.files);
    return true;
  }

  #writeFolder(source: string, kind: Stats, temporary: string): boolean {
    if (isRepository(source)) return false;
    mkdirSync(temporary, { mode: kind.mode | 0o700 });
    for (const name of readdirSync(source)) {
      const child = join(source, name);
      this.#write(child, lstatSync(child), join(temporary, name));
    }
    return true;
  }
}

/** Returns whether a folder is a worktree or submodule inside the main worktree, perhaps the very one that is being filled. */
function isRepository(folder: string): boolean {
  return existsSync(join(folder, '.git'));
}

/**
 * Puts a temporary file or folder in place. A hard link, unlike a rename, cannot replace a file that has
 * appeared meanwhile; not every disk has them.
 */
function takePlace(temporary: string, target: string, isFolder: boolean): void {
  try {
    if (isFolder) renameSync(temporary, target);
    else linkSync(temporary, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isFolder || code === 'EEXIST') throw error;
    renameSync(temporary, target);
  }
}

/** Creates the folders on the way. Returns null, or the part of the path that exists and is not a folder. */
function makeWay(root: string, folder: string): string | null {
  let at = root;
  for (const part of folder === '.' ? [] : folder.split(sep)) {
    at = join(at, part);
    const there = lstatSync(at, { throwIfNoEntry: false });
    if (there === undefined) {
      step('before file mkdir for a copy');
      mkdirSync(at);
      step('after file mkdir for a copy');
    } else if (!there.isDirectory()) return part;
  }
  return null;
}
