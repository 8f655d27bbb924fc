import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OrderId } from '../../core/ids.ts';
import { type MirroredLine, sedWithoutMirror } from '../../core/orders/mirrored-lines.ts';
import { makeOwnFolder, readText, removeFile, writeWhole } from '../git/files.ts';

/** What was written into an order's file, and what stood there before. */
export type KeptLines = {
  /** The file, relative to the worktree. */
  readonly file: string;
  readonly lines: readonly MirroredLine[];
  /** The {@link fileStamp} the file as it was written. */
  readonly stamp: string | null;
  /** Whether the claim was live. */
  readonly isLive: boolean;
};

/** Where the filter looks, in a worktree's private git directory. */
const FOLDER = 'claim/mirrored';
/** Longer names are not possible everywhere. */
const NAME_MAX = 200;

/**
 * Returns the name under which the filter finds what was written into a file: by the order's id if the file's name begins with
 * it, because a tool that changes the title renames the file; else by the whole name. Null if that is too long.
 */
function nameOf(order: OrderId, { file, isLive }: Pick<KeptLines, 'file' | 'isLive'>): string | null {
  const name = basename(file);
  const rest = name.slice(order.length);
  const isNamed = name.toUpperCase().startsWith(order) && /^[^A-Za-z0-9.]|^\.(?![0-9])|^$/.test(rest);
  const whole = `${order}:${isLive ? '' : ':'}${isNamed ? name.slice(0, order.length) : name}`;
  return Buffer.byteLength(whole) > NAME_MAX ? null : whole;
}

/** Returns whether the lines of an order can be kept for a file of this name. */
export function canKeep(order: OrderId, file: string): boolean {
  return nameOf(order, { file, isLive: false }) !== null;
}

/** Returns what is kept for an order in a worktree, or null. */
export function keptLines(gitDir: string, order: OrderId): KeptLines | null {
  const [name] = namesFor(gitDir, order);
  return name === undefined ? null : parse(readText(join(gitDir, FOLDER, name)));
}

/** Returns what is kept in a worktree, by order. */
export function allKeptLines(gitDir: string, isLiveOnly = false): [OrderId, KeptLines][] {
  return namesIn(gitDir).flatMap((name) => {
    if (isLiveOnly && name.includes('::')) return [];
    const kept = parse(readText(join(gitDir, FOLDER, name)));
    return kept === null ? [] : [[name.slice(0, name.indexOf(':')) as OrderId, kept]];
  });
}

/** Keeps lines in place of those that are kept for the order; null forgets them. */
export function keep(gitDir: string, order: OrderId, kept: KeptLines | null): void {
  const name = kept === null ? null : nameOf(order, kept);
  if (kept !== null && name !== null) {
    makeOwnFolder(join(gitDir, FOLDER), 'mirrored');
    const program = sedWithoutMirror(kept.lines, `git-claim ${ascii(kept)}`);
    writeWhole(join(gitDir, FOLDER, name), Buffer.from(program, 'latin1'), 'mirrored');
  }
  for (const old of namesFor(gitDir, order)) if (old !== name) removeFile(join(gitDir, FOLDER, old), 'mirrored');
}

/** Returns what changes whenever somebody writes or replaces a file; null if there is none. */
export function fileStamp(path: string): string | null {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file === undefined ? null : `${file.ino}:${file.mtimeMs}:${file.size}`;
}

function parse(text: string | null): KeptLines | null {
  const [, json = ''] = /^# git-claim (.*)\n/.exec(text ?? '') ?? [];
  try {
    return JSON.parse(json) as KeptLines;
  } catch {
    return null;
  }
}

/** JSON of one line, whose bytes no encoding changes. */
function ascii(value: object): string {
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function namesFor(gitDir: string, order: OrderId): string[] {
  return namesIn(gitDir).filter((name) => name.startsWith(`${order}:`));
}

function namesIn(gitDir: string): string[] {
  try {
    return readdirSync(join(gitDir, FOLDER)).filter((name) => name.includes(':') && !name.endsWith('.tmp'));
  } catch {
    return [];
  }
}
