import { createHash } from 'node:crypto';
import { closeSync, existsSync, readFileSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { openOwn } from '../system/sharing.ts';
import { step } from '../system/step.ts';
import { abandonedTemporaryFiles, removeFile, temporaryFileOf } from './files.ts';

/*
 * A snapshot is a file in the common `claim` folder with what was read once: decoded records, parsed order files. Everything is
 * right without it, only slower. See docs/decisions/0013-read-once.md.
 */

/** More than 200,000 orders. A larger file is not ours. */
const BYTES_MAX = 256 * 1024 * 1024;

/** One in so many entries must be new before all are written down again. Until then, the few are read by each command. */
const PART = 100;

/**
 * Returns whether a snapshot is written again: if enough of it is new, or most of it is gone.
 *
 * @param known how many entries it has
 * @param same how many of them are as they were
 * @param fresh how many more were read
 */
export function isOutOfDate(known: number, same: number, fresh: number): boolean {
  return (fresh > 0 && fresh * PART >= known) || known - same > same;
}

/** What tells a file from any that takes its place: device, inode, size, and the time of its last change. */
export type FileId = readonly [dev: number, ino: number, size: number, mtimeMs: number];

export function idOf({ dev, ino, size, mtimeMs }: Stats): FileId {
  return [dev, ino, size, mtimeMs];
}

export function isSameFile(one: FileId, other: FileId): boolean {
  return one.every((value, at) => value === other[at]);
}

/**
 * Reads a snapshot. One that is missing, incomplete, changed, of another version, or made for another purpose counts as none.
 *
 * @param purpose everything that the contents depend on besides the program's version: what they are, their layout, settings
 */
export function readSnapshot(path: string, purpose: string): Buffer | null {
  try {
    const seen = statSync(path);
    // A pipe in its place would make every command wait.
    if (!seen.isFile() || seen.size > BYTES_MAX) return null;
    const bytes = readFileSync(path);
    const end = bytes.indexOf('\n') + 1;
    const body = bytes.subarray(end);
    return bytes.toString('latin1', 0, end) === headerOf(body, purpose) ? body : null;
  } catch {
    return null;
  }
}

/**
 * Replaces a snapshot. It is not synced: after a crash the old one is there, or one with a wrong checksum. Where nothing may be
 * written, and where git-claim keeps nothing yet, nothing happens.
 */
export function writeSnapshot(path: string, purpose: string, body: Buffer): void {
  if (body.length > BYTES_MAX || !existsSync(dirname(path))) return;
  step('before file snapshot');
  try {
    const draft = temporaryFileOf(path);
    const file = openOwn(draft, 'wx');
    try {
      writeFileSync(file, headerOf(body, purpose));
      writeFileSync(file, body);
      renameSync(draft, path);
    } catch {
      rmSync(draft, { force: true });
    } finally {
      closeSync(file);
    }
    step('after file snapshot');
    for (const left of abandonedTemporaryFiles(path)) removeFile(left, 'draft of snapshot');
  } catch {
    // A folder of another user, say.
  }
}

function headerOf(body: Buffer, purpose: string): string {
  const sum = createHash('sha1').update(`${purpose}\0`).update(body).digest('hex');
  return `git-claim ${packageJson.version} ${sum}\n`;
}
