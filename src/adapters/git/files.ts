import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { step } from '../system/step.ts';

/** Replaces a file in one piece: a reader sees the old or the new text, also after a crash. */
export function writeWhole(path: string, text: string, name: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  step(`before file ${name}`);
  const file = openSync(draft, 'w', 0o644);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  step(`draft file ${name}`);
  renameSync(draft, path);
  step(`after file ${name}`);
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
