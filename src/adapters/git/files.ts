import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileModeIn, share } from '../system/sharing.ts';
import { step } from '../system/step.ts';

/** A temporary file lasts milliseconds before it is renamed. One this old was abandoned. */
const TEMPORARY_MS_MAX = 60_000;

/** Replaces a file of ours atomically: a reader sees the old or the new text, even after a crash. */
export function writeWhole(path: string, text: string | Buffer, name: string): void {
  replaceFile(path, Buffer.from(text as string), name, { mode: fileModeIn(dirname(path)), isStill: () => true });
}

type Replacement = {
  /** Of the new file; null is the default. */
  readonly mode: number | null;
  /** Called last, with the path of the draft: unless the file is still what the new text was made from, it stays. */
  readonly isStill: (draft: string) => boolean;
  /** The folder for the draft, on the same disk. Without one it is beside the file, where people see it. */
  readonly draftIn?: string;
};

/** Replaces a file that is not ours, atomically. Returns whether it was replaced. */
export function replaceFile(
  path: string,
  bytes: Buffer,
  name: string,
  { mode, isStill, draftIn = dirname(path) }: Replacement,
): boolean {
  const draft = join(draftIn, basename(path));
  const temporary = temporaryFileOf(draft);
  step(`before file ${name}`);
  const file = openSync(temporary, 'wx', 0o644);
  try {
    writeFileSync(file, bytes);
    if (mode !== null) fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  step(`draft file ${name}`);
  const isReplaced = isStill(temporary);
  if (isReplaced) renameSync(temporary, path);
  else rmSync(temporary);
  step(`after file ${name}`);
  for (const left of abandonedTemporaryFiles(draft)) removeFile(left, `draft of ${name}`);
  return isReplaced;
}

/** Returns a new name beside a file for its replacement. A pid alone can be guessed, and two containers may have the same one. */
export function temporaryFileOf(path: string): string {
  return `${path}.${process.pid}${String(Math.random()).slice(2)}.tmp`;
}

/** Returns the temporary files that killed processes left beside a file. */
export function abandonedTemporaryFiles(path: string): string[] {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`) && /\.[0-9]+\.tmp$/.test(name));
  return names.map((name) => join(dirname(path), name)).filter((temporary) => ageMs(temporary) > TEMPORARY_MS_MAX);
}

/** Returns how long ago a file was written, in milliseconds by this machine's clock; 0 if there is none. */
export function ageMs(path: string): number {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file === undefined ? 0 : Date.now() - file.mtimeMs;
}

/** Returns the size of a file; 0 if there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Creates a folder and any missing ones above it, with the permissions that the umask gives. */
export function makeFolder(path: string, name: string): void {
  if (existsSync(path)) return;
  step(`before file mkdir ${name}`);
  mkdirSync(path, { recursive: true });
  step(`after file mkdir ${name}`);
}

/** Creates a folder of ours in a git directory, and any missing ones above it: private, or shared as git shares the directory. */
export function makeOwnFolder(path: string, name: string): void {
  if (existsSync(path)) return;
  step(`before file mkdir ${name}`);
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  // From the top: each takes after the one above it.
  for (const folder of first === undefined ? [] : foldersBetween(first, path)) share(folder);
  step(`after file mkdir ${name}`);
}

function foldersBetween(first: string, last: string): string[] {
  return first === last || first.length >= last.length ? [last] : [...foldersBetween(first, dirname(last)), last];
}

/** Whoever opens a pipe to read from it waits for a writer without this. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Returns the last bytes of a file as text, or null if there is none, or something else than a file. */
export function readEnd(path: string, bytesMax: number): string | null {
  let file: number;
  try {
    file = openSync(path, READ);
  } catch {
    return null;
  }
  try {
    const about = fstatSync(file);
    if (!about.isFile()) return null;
    const { size } = about;
    const buffer = Buffer.alloc(Math.min(size, bytesMax));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, Math.max(0, size - buffer.length)));
  } finally {
    closeSync(file);
  }
}

/** Returns a file's text, or null if it cannot be read, or is something else than a file. */
export function readText(path: string): string | null {
  let file: number | null = null;
  try {
    file = openSync(path, READ);
    return fstatSync(file).isFile() ? readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Removes a file, if it exists. */
export function removeFile(path: string, name: string): void {
  step(`before file remove ${name}`);
  rmSync(path, { force: true });
  step(`after file remove ${name}`);
}
