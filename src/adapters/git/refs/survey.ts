import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import { type Decoded, RECORD_BYTES_MAX, type TagReader } from '../../../core/record/codec.ts';
import { MISREAD, misreadType } from '../../../core/record/misread.ts';
import type { RefReading } from '../../../core/record/witness.ts';
import { readText } from '../files.ts';
import { type Git, lastWords } from '../process.ts';
import { type FoundObject, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';

/** How refs are listed: the git call, and what makes refs of its answer, which perhaps a like call has given. */
export type RefListing = {
  call(patterns: readonly string[]): readonly string[];
  refsOf(pieces: Listing['pieces']): SurveyedRef[] | Promise<SurveyedRef[]>;
};

/** The fields of a ref, its name first. */
type Row = readonly string[];

const COLUMNS = ['refname', 'objectname', 'symref', 'objecttype', 'type', 'object', 'contents'];
export const WITH_RECORDS = {
  call: (patterns: readonly string[]) => listCall(COLUMNS, patterns),
  refsOf: (pieces: Listing['pieces']) => Array.from(rowsOf(pieces, COLUMNS.length), (row) => new ListedRef(row)),
} as const satisfies RefListing;

/** A ref that was found. {@link SurveyedRef.read} says what is there. */
export type SurveyedRef = { readonly ref: string; read<Record, Of>(reader: TagReader<Record, Of>, of: Of): RefReading<Record> };

export type Surveyed<Kept> =
  | { readonly kind: 'refs'; readonly kept: readonly Kept[] }
  | { readonly kind: 'failed'; readonly why: string };

/** Git's listing of refs, perhaps still running. */
export type Listing = {
  readonly code: number;
  /** Can be read once. Throws {@link BrokenOff} if the listing turns out to be incomplete. */
  readonly pieces: Iterable<Buffer>;
};

/** A listing that ended too early. */
export class BrokenOff extends Error {}

function listCall(columns: readonly string[], patterns: readonly string[]): readonly string[] {
  return ['for-each-ref', formatOf(columns), ...patterns];
}

/**
 * Reads every ref at or below the given names, and distinguishes broken refs from missing ones.
 *
 * @param keep turns each ref into what the caller needs
 * @param listed how they are listed; by default, git reads the records while it lists the refs
 * @param begun a listing of the same names, listed so, that is already running
 */
export async function surveyRefs<Kept>(
  repository: Repository,
  patterns: readonly string[],
  keep: (ref: SurveyedRef) => Kept,
  listed: RefListing = WITH_RECORDS,
  begun?: Promise<Listing>,
): Promise<Surveyed<Kept>> {
  const { git } = repository;
  let refs = await foundIn(begun ?? listRefsBy(git, listed.call(patterns)), listed);
  if (refs === 'broken off') refs = await foundIn(listRefsBy(git, listed.call(patterns)), listed);
  if (typeof refs === 'string') {
    // One ref to a missing object ends the whole listing. Then names and values are
    // listed alone, and the objects read one by one.
    const rows = await listRefs(git, ['refname', 'objectname', 'symref'], patterns);
    if (rows.code !== 0) return { kind: 'failed', why: rows.why };
    refs = await oneByOne(git, rows.fields);
  }
  const loose = patterns.flatMap((name) => looseRefs(repository, name));
  const unlisted = loose.length === 0 ? [] : without(loose, refs);
  if (unlisted.length === 0) return { kind: 'refs', kept: refs.map(keep) };
  // A ref may have been created since. Then it is listed now.
  const late = (await listRefs(git, COLUMNS, unlisted)).fields.map((row) => new ListedRef(row));
  const lateNames = new Set(late.map(({ ref }) => ref));
  const broken = unlisted.filter((name) => !lateNames.has(name)).map((ref) => ofBroken(repository, ref));
  return { kind: 'refs', kept: [...refs, ...late, ...broken].map(keep) };
}

function without(names: readonly string[], refs: readonly SurveyedRef[]): string[] {
  const left = new Set(names);
  for (const { ref } of refs) left.delete(ref);
  return [...left];
}

/** Lists refs with that call. */
export async function listRefsBy(git: Git, call: readonly string[]): Promise<Listing> {
  const { code, stdout } = await git(call);
  return { code, pieces: [stdout] };
}

async function foundIn(listing: Promise<Listing>, { refsOf }: RefListing): Promise<SurveyedRef[] | 'failed' | 'broken off'> {
  const { code, pieces } = await listing;
  if (code !== 0) return 'failed';
  try {
    return await refsOf(pieces);
  } catch (error) {
    if (error instanceof BrokenOff) return 'broken off';
    throw error;
  }
}

/** Lists refs with git, one row of fields for each. */
export async function listRefs(git: Git, atoms: readonly string[], patterns: readonly string[]) {
  const result = await git(listCall(atoms, patterns));
  const fields = [...rowsOf([result.stdout], atoms.length)];
  return { code: result.code, why: lastWords(result), fields };
}

/**
 * Returns the names of the loose refs at or below a name. Git skips broken ones with a warning at most, and dangling symbolic
 * ones silently. What git does not list would look free.
 *
 * @throws ClaimError `unknown` if they cannot be read
 */
export function looseRefs(repository: Repository, name: string): string[] {
  return refFiles(repository, name).filter((file) => file === name || !file.endsWith('.lock'));
}

/**
 * Returns the files at or below a ref's name, including locks and files of other programs.
 *
 * @throws ClaimError `unknown` if they cannot be read
 */
export function refFiles(repository: Repository, name: string): string[] {
  const path = join(repository.commonDir, name);
  try {
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (!seen?.isDirectory()) return seen === undefined ? [] : [name];
    const files = readdirSync(path, { withFileTypes: true });
    return files.flatMap((file) =>
      file.isDirectory() ? refFiles(repository, `${name}/${file.name}`) : [`${name}/${file.name}`],
    );
  } catch (cause) {
    // Git removes a folder that packing emptied. If a ref exists above this name, there is no such folder.
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return [];
    throw unknown(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Returns the error for a command that needs all refs if they cannot be read. */
export function unknown(said: string): ClaimError {
  return new ClaimError({ code: 'unknown', kind: 'claims-unreadable', said });
}

export const SYMBOLIC = { kind: 'foreign', oid: null, why: MISREAD.symbolic } as const;

/** Reads what git found under a name. */
export function readFound<Record, Of>(found: FoundObject, reader: TagReader<Record, Of>, of: Of): RefReading<Record> {
  const oid = parseOid(found.oid);
  if (found.type !== 'tag' || oid === null) return { kind: 'foreign', oid, why: misreadType(found.type) };
  if (found.body.length > RECORD_BYTES_MAX) return { kind: 'foreign', oid, why: MISREAD.tooLarge };
  return readRef(oid, reader.decode(found.body.toString('utf8'), of));
}

function readRef<Record>(oid: Oid, decoded: Decoded<Record>): RefReading<Record> {
  if (decoded.kind === 'foreign') return { kind: 'foreign', oid, why: decoded.why };
  return { kind: 'record', oid, previous: decoded.previous, record: decoded.record };
}

/** A ref as a row of a listing. */
class ListedRef implements SurveyedRef {
  readonly ref: string;
  readonly #row: Row;

  constructor(row: Row) {
    this.ref = row[0] ?? '';
    this.#row = row;
  }

  read<Record, Of>(reader: TagReader<Record, Of>, of: Of): RefReading<Record> {
    const [, name = '', symref, type, targetType = '', target = '', contents = ''] = this.#row;
    const oid = parseOid(name);
    if (symref) return SYMBOLIC;
    if (oid === null || type !== 'tag') return { kind: 'foreign', oid, why: misreadType(type) };
    return readRef(oid, reader.decodeMessage(contents, of, { oid: parseOid(target), type: targetType }));
  }
}

async function oneByOne(git: Git, rows: readonly Row[]): Promise<SurveyedRef[]> {
  const objects = await readObjects(
    git,
    rows.map(([, oid]) => oid ?? ''),
  );
  return rows.map(([ref = '', , symref], at) => {
    const found = objects[at];
    return {
      ref,
      read: (reader, of) => {
        if (symref) return SYMBOLIC;
        return found ? readFound(found, reader, of) : { kind: 'unreadable', why: MISREAD.missing };
      },
    };
  });
}

function ofBroken({ commonDir }: Repository, ref: string): SurveyedRef {
  const isSymbolic = readText(join(commonDir, ref))?.startsWith('ref:') === true;
  return { ref, read: () => (isSymbolic ? SYMBOLIC : BROKEN) };
}

const BROKEN = { kind: 'unreadable', why: MISREAD.broken } as const;

/**
 * Splits an answer into rows of fields that each end with NUL; git also ends each row with a line break. No piece ends within a
 * character. A few built-in calls split much text at once: they finish a long board before V8 has compiled a loop of our own.
 *
 * @param columns how many fields a row has, the ref's name first
 */
function* rowsOf(pieces: Iterable<Buffer>, columns: number): Generator<Row, void> {
  let rest: readonly string[] = [];
  for (const piece of pieces) {
    const fields = (rest.join('\0') + String(piece)).split('\0');
    const end = fields.length - 1 - ((fields.length - 1) % columns);
    for (let at = 0; at < end; at += columns) {
      fields[at] = (fields[at] as string).trimStart();
      yield fields.slice(at, at + columns);
    }
    rest = fields.slice(end);
  }
}

function formatOf(atoms: readonly string[]): string {
  return `--format=${atoms.map((atom) => `%(${atom})%00`).join('')}`;
}
