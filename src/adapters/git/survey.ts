import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoded, RECORD_BYTES_MAX, type ReadTarget } from '../../core/claim/tag.ts';
import { ClaimError } from '../../core/errors.ts';
import { type Oid, parseOid } from '../../core/ids.ts';
import { type Found, readObjects } from './batch.ts';
import { readText } from './files.ts';
import { type Git, type GitResult, lastWords } from './process.ts';
import type { Repository } from './repository.ts';

const COLUMNS = ['refname', 'objectname', 'symref', 'objecttype', 'type', 'object', 'contents'];

/** What stands at one ref, once somebody made sense of its object. */
export type ReadRef<Record> =
  | { readonly kind: 'record'; readonly oid: Oid; readonly previous: Oid | null; readonly record: Record }
  | { readonly kind: 'foreign'; readonly oid: Oid | null; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** How the tags of one kind of ref are read: as a whole, or by the message alone. */
export type TagReader<Record> = {
  readonly body: (body: string) => Decoded<Record>;
  readonly message: (message: string, target: ReadTarget) => Decoded<Record>;
};

/** A ref that was found; {@link SurveyedRef.read} says what stands there. */
export type SurveyedRef = { readonly ref: string; readonly read: <Record>(reader: TagReader<Record>) => ReadRef<Record> };

export type Surveyed =
  /** To be gone through once. */
  { readonly kind: 'refs'; readonly refs: Iterable<SurveyedRef> } | { readonly kind: 'failed'; readonly why: string };

/** The question to git that a survey of all refs at or below these names begins with. */
export function surveyCall(patterns: readonly string[]): readonly string[] {
  return ['for-each-ref', formatOf(COLUMNS), ...patterns];
}

/** Begins to list refs, in the directory that the command runs in. */
export function listEarly(git: Git, patterns: readonly string[]): Promise<GitResult> {
  const result = git(surveyCall(patterns));
  result.catch(() => undefined);
  return result;
}

/**
 * Reads every ref at or below the given names, telling broken ones from absent ones.
 *
 * @param begun a listing of the same names that is under way
 */
export async function surveyRefs(
  repository: Repository,
  patterns: readonly string[],
  begun?: Promise<GitResult>,
): Promise<Surveyed> {
  const { git } = repository;
  const listed = await (begun ?? git(surveyCall(patterns)));
  // One ref to a missing object ends the whole listing: then names and values alone, and the objects one by one.
  const rows = listed.code === 0 ? null : await listRefs(git, ['refname', 'objectname', 'symref'], patterns);
  if (rows !== null && rows.code !== 0) return { kind: 'failed', why: rows.why };
  const apart = rows === null ? null : await oneByOne(git, rows.fields);
  const text = String(listed.stdout);
  const refs = () => apart ?? rowsOf(text, COLUMNS.length, ofRow);
  const loose = patterns.flatMap((name) => looseRefs(repository, name));
  const names = new Set(loose.length === 0 ? [] : Array.from(refs(), ({ ref }) => ref));
  const unlisted = loose.filter((ref) => !names.has(ref));
  if (unlisted.length === 0) return { kind: 'refs', refs: refs() };
  // One may have been made since; then it is listed now.
  const late = (await listRefs(git, COLUMNS, unlisted)).fields.map(ofRow);
  const lateNames = new Set(late.map(({ ref }) => ref));
  const broken = unlisted.filter((name) => !lateNames.has(name));
  return { kind: 'refs', refs: [...refs(), ...late, ...broken.map((ref) => ofBroken(repository, ref))] };
}

/** Lists refs with git, a row of fields for each. */
export async function listRefs(git: Git, atoms: readonly string[], patterns: readonly string[]) {
  const result = await git(['for-each-ref', formatOf(atoms), ...patterns]);
  const fields = [...rowsOf(String(result.stdout), atoms.length, (row) => row)];
  return { code: result.code, why: lastWords(result), fields };
}

/**
 * Returns the names of the loose refs at or below a name. Git passes over broken ones with a warning at most, and over symbolic ones that lead
 * nowhere without a word, and what it does not list would look free.
 *
 * @throws ClaimError `unknown` when they cannot be looked at
 */
export function looseRefs(repository: Repository, name: string): string[] {
  const path = join(repository.commonDir, name);
  const seen = lstatSync(path, { throwIfNoEntry: false });
  if (seen === undefined) return [];
  if (!seen.isDirectory()) return [name];
  try {
    const files = readdirSync(path, { withFileTypes: true }).filter((file) => !file.name.endsWith('.lock'));
    return files.flatMap((file) =>
      file.isDirectory() ? looseRefs(repository, `${name}/${file.name}`) : [`${name}/${file.name}`],
    );
  } catch (cause) {
    // Git removes a folder that it emptied by packing.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unknown(cause instanceof Error ? cause.message : String(cause));
  }
}

/** The failure of whoever needs all refs where they cannot be read. */
export function unknown(why: string): ClaimError {
  return new ClaimError('unknown', `the claims cannot be read: ${why}`, { hint: 'git fsck says what is wrong' });
}

export const SYMBOLIC = { kind: 'foreign', oid: null, why: 'it is a symbolic ref' } as const;

/** Reads what git found under a name. */
export function readFound<Record>(found: Found, { body }: TagReader<Record>): ReadRef<Record> {
  const oid = parseOid(found.oid);
  if (found.type !== 'tag' || oid === null) return { kind: 'foreign', oid, why: `it is a ${found.type}, not an annotated tag` };
  if (found.body.length > RECORD_BYTES_MAX) return { kind: 'foreign', oid, why: 'it is larger than any record' };
  return { ...body(found.body.toString('utf8')), oid };
}

function ofRow([ref = '', name = '', symref, type, targetType = '', target = '', contents = '']: readonly string[]): SurveyedRef {
  const oid = parseOid(name);
  return {
    ref,
    read: ({ message }) => {
      if (symref) return SYMBOLIC;
      if (oid === null || type !== 'tag') return { kind: 'foreign', oid, why: `it is a ${type}, not an annotated tag` };
      return { ...message(contents, { oid: parseOid(target), type: targetType }), oid };
    },
  };
}

async function oneByOne(git: Git, rows: readonly (readonly string[])[]): Promise<SurveyedRef[]> {
  const objects = await readObjects(
    git,
    rows.map(([, oid]) => oid ?? ''),
  );
  return rows.map(([ref = '', , symref], at) => {
    const found = objects[at];
    return {
      ref,
      read: (reader) => {
        if (symref) return SYMBOLIC;
        return found ? readFound(found, reader) : { kind: 'unreadable', why: 'its object is missing' };
      },
    };
  });
}

function ofBroken({ commonDir }: Repository, ref: string): SurveyedRef {
  const isSymbolic = readText(join(commonDir, ref))?.startsWith('ref:') === true;
  return { ref, read: () => (isSymbolic ? SYMBOLIC : BROKEN) };
}

const BROKEN = { kind: 'unreadable', why: 'git cannot read the ref: it is broken or leads nowhere' } as const;

/** Cuts an answer into rows of fields that each end with NUL; git ends each row with a line break besides. Of a long one no more is made than is used. */
function* rowsOf<Row>(text: string, columns: number, read: (row: readonly string[]) => Row): Generator<Row, void> {
  for (let at = 0; at < text.length; at += 1) {
    const row: string[] = [];
    for (let column = 0; column < columns; column += 1) {
      const end = text.indexOf('\0', at);
      if (end < 0) return;
      row.push(text.slice(at, end));
      at = end + 1;
    }
    yield read(row);
  }
}

function formatOf(atoms: readonly string[]): string {
  return `--format=${atoms.map((atom) => `%(${atom})%00`).join('')}`;
}
