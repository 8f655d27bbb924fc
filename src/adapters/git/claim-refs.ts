import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoded, decodeMessage, decodeRecord, RECORD_BYTES_MAX, type Tagger } from '../../core/claim/codec.ts';
import type { Witnessed } from '../../core/claim/record.ts';
import { claimRef, orderOfRef } from '../../core/claim/refs.ts';
import { ClaimError } from '../../core/errors.ts';
import { isCanonicalOrderId, type Oid, type OrderId, parseOid } from '../../core/ids.ts';
import type { Change, Reading, Registry, Standing, SwapOutcome } from '../../ports/registry.ts';
import { type Found, readObjects } from './batch.ts';
import { chainOf } from './chain.ts';
import { readText } from './files.ts';
import { type Git, type GitResult, lastWords } from './process.ts';
import type { Repository } from './repository.ts';
import type { Mutex } from './stale-locks.ts';

const SURVEY = ['refname', 'objectname', 'symref', 'objecttype', 'type', 'object', 'contents'];

/** A survey that was begun before the repository was known, in the directory that the command runs in. */
export type EarlySurvey = { readonly prefix: string; readonly result: Promise<GitResult> };

/** Begins a survey of all refs under the prefix; what comes of it counts only if the repository and its prefix turn out as expected. */
export function surveyEarly(git: Git, prefix: string): EarlySurvey {
  const result = git(['for-each-ref', formatOf(SURVEY), folderOf(prefix)]);
  result.catch(() => undefined);
  return { prefix, result };
}

/** The claim refs of one repository, through git's own plumbing. */
export class GitRegistry implements Registry {
  readonly #repository: Repository;
  readonly #git: Git;
  readonly #prefix: string;
  readonly #tagger: () => Tagger;
  readonly #mutex: Mutex;
  #early: EarlySurvey | null;

  constructor(repository: Repository, prefix: string, tagger: () => Tagger, mutex: Mutex, early: EarlySurvey | null = null) {
    this.#early = early;
    this.#repository = repository;
    this.#git = repository.git;
    this.#prefix = prefix;
    this.#tagger = tagger;
    this.#mutex = mutex;
  }

  async read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>> {
    const found = await readObjects(
      this.#git,
      orders.map((order) => this.#ref(order)),
    );
    const readings = new Map(orders.map((order, at) => [order, readingOf(found[at] ?? null, order)]));
    const present = orders.filter((order) => readings.get(order)?.kind !== 'absent');
    // Git also tries a name as that of a branch or tag, and follows symbolic refs: only the listing knows what stands at exactly this ref.
    const listed = await this.#listed(present);
    for (const order of present) {
      const target = listed.get(this.#ref(order));
      if (target === undefined) readings.set(order, { kind: 'absent' });
      else if (target !== '') readings.set(order, SYMBOLIC);
    }
    // Git writes over a ref file that leads nowhere as over none.
    const absent = orders.filter((order) => readings.get(order)?.kind === 'absent');
    const hidden = absent.filter((order) => this.#looseRefs(this.#ref(order)).length > 0);
    return hidden.length === 0 ? readings : new Map([...readings, ...(await this.survey(hidden)).readings]);
  }

  async survey(orders?: readonly OrderId[]): Promise<Standing> {
    const patterns = orders?.map((order) => this.#ref(order)) ?? [folderOf(this.#prefix)];
    const early = orders === undefined && this.#early?.prefix === this.#prefix ? this.#early.result : undefined;
    this.#early = null;
    const listed = await this.#forEachRef(SURVEY, patterns, early);
    // One ref to a missing object ends the whole listing: then names and values alone, and the objects one by one.
    const rows = listed.code === 0 ? listed : await this.#forEachRef(['refname', 'objectname', 'symref'], patterns);
    if (rows.code !== 0 && orders === undefined) throw unknown(rows.why);
    if (rows.code !== 0) return { readings: new Map(orders?.map((order) => [order, unreadable(rows.why)])), strangers: [] };
    const objects =
      listed.code === 0
        ? null
        : await readObjects(
            this.#git,
            rows.fields.map(([, oid]) => oid ?? ''),
          );
    const readings = new Map<OrderId, Reading>((orders ?? []).map((order) => [order, { kind: 'absent' }]));
    const strangers: string[] = [];
    const put = (ref: string, read: (order: OrderId) => Reading) => {
      const order = orderOfRef(this.#prefix, ref);
      if (order !== null) return readings.set(order, read(order));
      const folder = ref.slice(this.#prefix.length).split('/')[0] as string;
      // A ref below an order's own name keeps that order from ever having one.
      if (isCanonicalOrderId(folder)) return readings.set(folder, FOLDER);
      return strangers.push(ref);
    };
    rows.fields.forEach((row, at) => {
      const found = objects?.[at];
      put(row[0] as string, (order) => {
        if (row[2]) return SYMBOLIC;
        if (objects === null) return readingOfRow(row, order);
        return found ? readingOf(found, order) : unreadable('its object is missing');
      });
    });
    const names = new Set(rows.fields.map(([ref]) => ref));
    const unlisted = patterns.flatMap((pattern) => this.#looseRefs(pattern)).filter((ref) => !names.has(ref));
    // One may have been made since; then it is listed now.
    const made = unlisted.length === 0 ? null : await this.#forEachRef(['refname'], unlisted);
    const late = new Set(made?.fields.map(([ref]) => ref));
    const lateOrders = [...late].map((ref) => orderOfRef(this.#prefix, ref as string)).filter((order) => order !== null);
    for (const ref of unlisted.filter((name) => !late.has(name))) put(ref, () => this.#brokenReading(ref));
    for (const [order, reading] of lateOrders.length === 0 ? [] : await this.read(lateOrders)) readings.set(order, reading);
    return { readings, strangers };
  }

  async history(order: OrderId | null, limit: number): Promise<Witnessed[]> {
    // From records only: one broken ref would end the walk for all, and a ref of another tool's may lead through the whole project's history.
    const { readings } = await this.survey(order === null ? undefined : [order]);
    const tips = [...readings.values()].flatMap((reading) => (reading.kind === 'record' ? [reading.oid] : []));
    const found = await readObjects(this.#git, await chainOf(this.#git, tips));
    const readingsOfChain = found.map((object) => readingOf(object, order)).filter((reading) => reading.kind === 'record');
    const records = readingsOfChain.map(({ oid, previous, record }) => ({ oid, previous, record }));
    if (order === null) records.sort((one, other) => other.record.recordedAt.localeCompare(one.record.recordedAt));
    return records.slice(0, limit);
  }

  async swap(changes: readonly Change[]): Promise<SwapOutcome> {
    // Writing needs more of Node than reading does, and most commands only read.
    const { swapClaims } = await import('./swap-claims.ts');
    return swapClaims(this.#repository, this.#prefix, this.#tagger(), changes, this.#mutex);
  }

  #ref(order: OrderId): string {
    return claimRef(this.#prefix, order);
  }

  /** Returns the refs of these orders that git lists, with the target of a symbolic one. */
  async #listed(orders: readonly OrderId[]): Promise<Map<string, string>> {
    if (orders.length === 0) return new Map();
    const { fields } = await this.#forEachRef(
      ['refname', 'symref'],
      orders.map((order) => this.#ref(order)),
    );
    return new Map(fields.map(([ref = '', target = '']) => [ref, target]));
  }

  async #forEachRef(atoms: readonly string[], patterns: readonly string[], begun?: Promise<GitResult>) {
    const result = await (begun ?? this.#git(['for-each-ref', formatOf(atoms), ...patterns]));
    return { code: result.code, why: lastWords(result), fields: rowsOf(String(result.stdout), atoms.length) };
  }

  /**
   * Returns the names of the loose refs at or below a name. Git passes over broken ones with a warning at most, and over symbolic ones that lead
   * nowhere without a word, and what it does not list would look free.
   */
  #looseRefs(name: string): string[] {
    const path = join(this.#repository.commonDir, name);
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined) return [];
    if (!seen.isDirectory()) return [name];
    try {
      const files = readdirSync(path, { withFileTypes: true }).filter((file) => !file.name.endsWith('.lock'));
      return files.flatMap((file) => (file.isDirectory() ? this.#looseRefs(`${name}/${file.name}`) : [`${name}/${file.name}`]));
    } catch (cause) {
      // Git removes a folder that it emptied by packing.
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw unknown(cause instanceof Error ? cause.message : String(cause));
    }
  }

  #brokenReading(ref: string): Reading {
    return readText(join(this.#repository.commonDir, ref))?.startsWith('ref:') ? SYMBOLIC : BROKEN;
  }
}

/** Cuts an answer into rows of fields that each end with NUL; git ends each row with a line break besides. */
function rowsOf(text: string, columns: number): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; at += 1) {
    const row: string[] = [];
    for (let column = 0; column < columns; column += 1) {
      const end = text.indexOf('\0', at);
      if (end < 0) return rows;
      row.push(text.slice(at, end));
      at = end + 1;
    }
    rows.push(row);
  }
  return rows;
}

function formatOf(atoms: readonly string[]): string {
  return `--format=${atoms.map((atom) => `%(${atom})%00`).join('')}`;
}

function folderOf(prefix: string): string {
  return prefix.slice(0, -1);
}

const SYMBOLIC: Reading = { kind: 'foreign', oid: null, why: 'it is a symbolic ref' };
const FOLDER: Reading = { kind: 'foreign', oid: null, why: 'other refs stand below its name' };
const BROKEN: Reading = unreadable('git cannot read the ref: it is broken or leads nowhere');

function unreadable(why: string): Reading {
  return { kind: 'unreadable', why };
}

/** @param order the order the ref stands for; null takes the record's own word for it */
function readingOf(found: Found | null, order: OrderId | null): Reading {
  if (found === null) return { kind: 'absent' };
  const oid = parseOid(found.oid);
  if (found.type !== 'tag' || oid === null) return { kind: 'foreign', oid, why: `it is a ${found.type}, not an annotated tag` };
  if (found.body.length > RECORD_BYTES_MAX) return { kind: 'foreign', oid, why: 'it is larger than any record' };
  return withOid(oid, decodeRecord(found.body.toString('utf8'), order));
}

/** Columns: refname, objectname, symref, objecttype, type and name of the tagged object, message. */
function readingOfRow(row: readonly string[], order: OrderId): Reading {
  const oid = parseOid(row[1] ?? '');
  if (oid === null || row[3] !== 'tag') return { kind: 'foreign', oid, why: `it is a ${row[3]}, not an annotated tag` };
  return withOid(oid, decodeMessage(row[6] ?? '', order, { oid: parseOid(row[5] ?? ''), type: row[4] ?? '' }));
}

function withOid(oid: Oid, decoded: Decoded): Reading {
  return { ...decoded, oid };
}

function unknown(why: string): ClaimError {
  return new ClaimError('unknown', `the claims cannot be read: ${why}`, { hint: 'git fsck says what is wrong' });
}
