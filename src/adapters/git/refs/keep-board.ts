import { closeSync, existsSync, fstatSync, linkSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../../core/ids.ts';
import { step } from '../../system/step.ts';
import { abandonedTemporaryFiles, removeFile, temporaryFileOf } from '../files.ts';
import type { Repository } from '../repository.ts';
import { type FileId, idOf, writeSnapshot } from '../snapshot.ts';
import { KNOWN_FILE, refPatterns } from './board-file.ts';
import { ASKED_MAX, type BoardHead, boardPath, type KeptBoard, LOOSE_MAX, linkPath, purposeOf } from './kept-board.ts';
import { isOfEnded, oidOfLine, refOfLine } from './known-ref.ts';
import { PackedFile } from './packed-refs.ts';
import type { SharedParts } from './shared-parts.ts';
import { looseRefs } from './survey.ts';

/**
 * Keeps the board after git has listed all refs, and their records were read.
 *
 * @param lines of all refs whose records are known now
 */
export function keepBoard(
  repository: Repository,
  prefix: string,
  { lines, parts }: { readonly lines: readonly string[]; readonly parts: SharedParts },
): void {
  const { commonDir } = repository;
  try {
    const loose = new Set(refPatterns(prefix).flatMap((name) => looseRefs(repository, name)));
    const packed = loose.size > LOOSE_MAX ? null : linked(commonDir, prefix);
    if (packed === null) return;
    const byRef = new Map(lines.map((line) => [refOfLine(line), line]));
    const packedLines: string[] = [];
    const unsure: string[] = [];
    for (const [ref, oid] of packed.values) {
      const line = byRef.get(ref);
      if (line?.startsWith(`${oid} `) !== true) unsure.push(ref);
      else if (!isOfEnded(line)) packedLines.push(line);
    }
    if (unsure.filter((ref) => !loose.has(ref)).length > ASKED_MAX) return;
    const [known, records] = [lines.map(oidOfLine), idOf(statSync(join(commonDir, KNOWN_FILE)))];
    const looseLines = [...loose].flatMap((ref) => byRef.get(ref) ?? []);
    write(commonDir, prefix, parts, { packed: packed.id, records, unsure, known }, packedLines, looseLines);
  } catch {
    // A folder of another user, a disk without links, a file that is just gone.
  }
}

/** Keeps it again after some loose refs were read: `fresh` are their lines. */
export function keepLoose({ commonDir }: Repository, prefix: string, board: KeptBoard, fresh: readonly string[]): void {
  const { head, parts, packedLines, looseLines } = board;
  const { packed, records, unsure } = head;
  const known = [...head.loose, ...fresh.map(oidOfLine)];
  write(commonDir, prefix, parts, { packed, records, unsure, known }, packedLines, [...looseLines, ...fresh]);
}

/** @param known the records of the board that may be objects with a file of their own */
function write(
  commonDir: string,
  prefix: string,
  parts: SharedParts,
  { known, ...of }: Pick<BoardHead, 'packed' | 'records' | 'unsure'> & { readonly known: readonly string[] },
  packedLines: readonly string[],
  looseLines: readonly string[],
): void {
  const objects = join(commonDir, 'objects');
  // There, other repositories keep records of ours, and may remove them.
  if (existsSync(join(objects, 'info/alternates'))) return;
  const those = new Set(known);
  const loose = foldersIn(objects).flatMap((folder) =>
    readdirSync(join(objects, folder)).flatMap((name) => (those.has(folder + name) ? [(folder + name) as Oid] : [])),
  );
  // After the loose ones: git moves objects into packs, and never back.
  const packs = readdirSync(join(objects, 'pack')).filter((name) => name.endsWith('.pack'));
  const head: BoardHead = { ...of, loose, packs, packedLines: packedLines.length };
  const text = [JSON.stringify(head), parts.text(), ...packedLines, ...looseLines].join('\n');
  writeSnapshot(boardPath(commonDir), purposeOf(prefix), Buffer.from(text));
}

function foldersIn(objects: string): string[] {
  return readdirSync(objects).filter((name) => /^[0-9a-f]{2}$/.test(name));
}

/** Gives packed-refs its second name, and returns what it is and the refs below the prefix; null if they are not sorted. */
function linked(commonDir: string, prefix: string): { readonly id: FileId; readonly values: Map<string, Oid> } | null {
  const [path, link] = [join(commonDir, 'packed-refs'), linkPath(commonDir)];
  for (const left of abandonedTemporaryFiles(link)) removeFile(left, 'draft of link');
  const draft = temporaryFileOf(link);
  step('before file link');
  linkSync(path, draft);
  renameSync(draft, link);
  // Of two names of one file, renaming one to the other keeps both.
  rmSync(draft, { force: true });
  step('after file link');
  const file = openSync(link, 'r');
  try {
    const packed = new PackedFile(file);
    if (!packed.isSorted) return null;
    return { id: idOf(fstatSync(file)), values: new Map(refPatterns(prefix).flatMap((name) => [...packed.valuesAt(name)])) };
  } finally {
    closeSync(file);
  }
}
