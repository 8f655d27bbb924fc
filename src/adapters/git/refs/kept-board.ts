import { closeSync, existsSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../../core/ids.ts';
import type { Repository } from '../repository.ts';
import { type FileId, idOf, isOutOfDate, isSameFile, readSnapshot } from '../snapshot.ts';
import { BOARD_FILE, KNOWN_FILE, refPatterns } from './board-file.ts';
import { type OpenFiles, PackedEnded } from './ended-claims.ts';
import { KnownRef, refOfLine } from './known-ref.ts';
import { looseValue } from './ref-files.ts';
import { SharedParts } from './shared-parts.ts';
import { looseRefs } from './survey.ts';

/*
 * What a board is made of while packed-refs is the same file: the known records of the claims in it that have not ended. All
 * other refs there, but for a few that are named, are of claims that have ended. Refs with a file of their own are read as files.
 * So a look costs what is live, and not what there ever was. Everything is right without it, only slower: see
 * docs/decisions/0013-read-once.md.
 */

/** Helpers pack more loose claims than half of this. */
export const LOOSE_MAX = 1_000;
/** More refs of which nobody knows what they hold are listed by git together with all others. */
export const ASKED_MAX = 20;

/** The number counts the layouts of a snapshot. */
const LAYOUT = 'board 1';
export const purposeOf = (prefix: string) => JSON.stringify([LAYOUT, prefix]);
export const boardPath = (commonDir: string) => join(commonDir, BOARD_FILE);
/** A second name of packed-refs. While it exists, no other file gets the same number. */
export const linkPath = (commonDir: string) => join(commonDir, 'claim/board.packed-refs');

/** The first line of the snapshot. */
export type BoardHead = {
  readonly packed: FileId;
  /** The snapshot with the records of all claims, ended ones too. */
  readonly records: FileId;
  /** Packs, in which are the records that are not in `loose`. */
  readonly packs: readonly string[];
  /** Records that are objects with a file of their own. */
  readonly loose: readonly Oid[];
  /** Packed refs of which nobody knows what they hold. */
  readonly unsure: readonly string[];
  /** How many lines are of packed refs. The others are of loose ones. */
  readonly packedLines: number;
};

/** What was kept, and how the refs are now. */
export type KeptBoard = {
  readonly head: BoardHead;
  readonly parts: SharedParts;
  /** The lines of packed refs. */
  readonly packedLines: readonly string[];
  /** Those of loose refs that are as they were. */
  readonly looseLines: readonly string[];
  /** Whether so many loose refs have changed that the snapshot is written again. */
  isOutOfDate(fresh: number): boolean;
  /** The refs whose records are known, by name. */
  readonly known: Map<string, KnownRef>;
  /** The values of loose refs whose records are not known. */
  readonly unknown: ReadonlyMap<string, Oid>;
  /** The refs that git has to read. */
  readonly asked: readonly string[];
  readonly ended: PackedEnded;
};

/**
 * Opens the board if it was kept for the very packed-refs that there is, and the records are where they were.
 *
 * @returns null if git has to list all refs
 */
export function openBoard(repository: Repository, prefix: string): KeptBoard | null {
  const { commonDir } = repository;
  try {
    // Before packed refs: git moves refs from files into packed-refs, and never back.
    const loose = looseValues(repository, prefix);
    const body = readSnapshot(boardPath(commonDir), purposeOf(prefix))?.toString('utf8').split('\n') ?? [];
    const [first = '', shared, ...lines] = body;
    const [head, parts] = [JSON.parse(first) as BoardHead, SharedParts.from(shared)];
    const opened = loose === null || parts === null ? null : openFiles(commonDir, head);
    if (loose === null || parts === null || opened === null) return null;
    return compared(commonDir, prefix, { head, parts, lines, opened }, loose);
  } catch {
    // A file is missing, or what was kept is nothing of ours.
    return null;
  }
}

type Kept = {
  readonly head: BoardHead;
  readonly parts: SharedParts;
  readonly lines: readonly string[];
  readonly opened: OpenFiles;
};

function compared(
  commonDir: string,
  prefix: string,
  { head, parts, lines, opened }: Kept,
  loose: ReadonlyMap<string, Oid | null>,
): KeptBoard | null {
  const from = { commonDir, parts };
  const known = new Map<string, KnownRef>();
  const unknown = new Map([...loose].filter((one): one is [string, Oid] => one[1] !== null));
  const others = new Set([...head.unsure, ...loose.keys()]);
  const looseLines: string[] = [];
  for (const [at, line] of lines.entries()) {
    const ref = refOfLine(line);
    const isPacked = at < head.packedLines;
    if (isPacked) others.add(ref);
    const value = loose.get(ref);
    const isSame = value === undefined ? isPacked : value !== null && line.startsWith(`${value} `);
    if (!isSame) continue;
    unknown.delete(ref);
    known.set(ref, new KnownRef(line, line.indexOf('\t'), from));
    if (!isPacked) looseLines.push(line);
  }
  const ended = new PackedEnded(commonDir, prefix, opened, others);
  const strange = [...loose].filter(([, value]) => value === null).map(([ref]) => ref);
  const asked = [...strange, ...head.unsure.filter((ref) => !loose.has(ref))];
  if (asked.length > ASKED_MAX) return null;
  return {
    ...{ head, parts, looseLines, known, unknown, asked, ended },
    packedLines: lines.slice(0, head.packedLines),
    isOutOfDate: (fresh) => isOutOfDate(lines.length, head.packedLines + looseLines.length, fresh),
  };
}

/** Returns the values of all loose refs, null for what only git can read; null if there are too many. */
function looseValues(repository: Repository, prefix: string): Map<string, Oid | null> | null {
  const refs = refPatterns(prefix).flatMap((name) => looseRefs(repository, name));
  if (refs.length > LOOSE_MAX) return null;
  const digits = repository.objectFormat === 'sha256' ? 64 : 40;
  return new Map(
    refs.map((ref) => {
      const value = NOT_PLAIN.test(ref) ? null : looseValue(repository, ref);
      return [ref, value?.length === digits ? value : null];
    }),
  );
}

/** What git ignores, or refuses, in the name of a ref. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const NOT_PLAIN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\.|\.(?:\/|$)|\.lock(?:\/|$)/;

/** Opens both files if they are those for which the board was kept, and nothing was removed from the object store. */
function openFiles(commonDir: string, { packed, records, packs, loose }: BoardHead): OpenFiles | null {
  const objects = join(commonDir, 'objects');
  const present = new Set(readdirSync(join(objects, 'pack')));
  const areThere = packs.every((name) => present.has(name)) && loose.every((oid) => existsSync(loosePath(commonDir, oid)));
  if (!areThere || existsSync(join(objects, 'info/alternates'))) return null;
  if (!isSameFile(idOf(statSync(linkPath(commonDir))), packed)) return null;
  const first = opened(join(commonDir, 'packed-refs'), packed);
  if (first === null) return null;
  const second = opened(join(commonDir, KNOWN_FILE), records);
  if (second === null) closeSync(first);
  return second === null ? null : { packed: first, records: second };
}

function opened(path: string, id: FileId): number | null {
  const file = openSync(path, 'r');
  if (isSameFile(idOf(fstatSync(file)), id)) return file;
  closeSync(file);
  return null;
}

/** Where git keeps an object that is in no pack. */
function loosePath(commonDir: string, oid: Oid): string {
  return `${commonDir}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`;
}
