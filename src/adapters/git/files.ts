import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { step } from '../system/step.ts';

/** A draft this old is nobody's any more: it is renamed milliseconds after it was begun. */
const DRAFT_MS_MAX = 60_000;

/** Replaces a file in one piece: a reader sees the old or the new text, also after a crash. */
export function writeWhole(path: string, text: string, name: string): void {
  replaceFile(path, Buffer.from(text), name, { mode: null, isStill: () => true });
}

/**
 * The same for a file that is not ours.
 *
 * @param how `mode` of the new file; `isStill` is asked last: where the file is not what the new text was made from any more, it stays
 * @returns whether it was replaced
 */
export function replaceFile(
  path: string,
  bytes: Buffer,
  name: string,
  { mode, isStill }: { readonly mode: number | null; readonly isStill: () => boolean },
): boolean {
  const draft = draftOf(path);
  step(`before file ${name}`);
  const file = openSync(draft, 'wx', 0o644);
  try {
    writeFileSync(file, bytes);
    if (mode !== null) fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  step(`draft file ${name}`);
  const isReplaced = isStill();
  if (isReplaced) renameSync(draft, path);
  else rmSync(draft);
  step(`after file ${name}`);
  for (const left of abandonedDrafts(path)) removeFile(left, `draft of ${name}`);
  return isReplaced;
}

/** Returns a name beside a file for what is to take its place, to be made anew: a pid alone names two processes in two containers, and can be guessed. */
export function draftOf(path: string): string {
  return `${path}.${process.pid}${String(Math.random()).slice(2)}.tmp`;
}

/** Returns the drafts of a file that a killed process left beside it. */
export function abandonedDrafts(path: string): string[] {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`) && /\.[0-9]+\.tmp$/.test(name));
  return names.map((name) => join(dirname(path), name)).filter((draft) => ageMs(draft) > DRAFT_MS_MAX);
}

/** Returns how long ago a file was written, by this machine's clock; 0 when there is none. */
export function ageMs(path: string): number {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file === undefined ? 0 : Date.now() - file.mtimeMs;
}

/** Makes a folder and those above it, where they are missing. */
export function makeFolder(path: string, mode: number, name: string): void {
  if (existsSync(path)) return;
  step(`before file mkdir ${name}`);
  mkdirSync(path, { recursive: true, mode });
  step(`after file mkdir ${name}`);
}

/** Returns a file's text, or null when there is none that can be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Removes a file; one that is not there is removed already. */
export function removeFile(path: string, name: string): void {
  step(`before file remove ${name}`);
  rmSync(path, { force: true });
  step(`after file remove ${name}`);
}
