import {
  type Decoded,
  decodeMessage,
  decodeRecord,
  encodeRecord,
  RECORD_BYTES_MAX,
  type Tagger,
} from '../../core/claim/codec.ts';
import type { Witnessed } from '../../core/claim/record.ts';
import { claimRef, orderOfRef } from '../../core/claim/refs.ts';
import { type Oid, type OrderId, parseOid } from '../../core/ids.ts';
import type { Change, Reading, Registry, Standing, SwapOutcome } from '../../ports/registry.ts';
import { type Found, readObjects } from './batch.ts';
import { packLooseClaims } from './loose-claims.ts';
import { type GitObject, gitObject } from './objects.ts';
import { type Git, lastWords } from './process.ts';
import type { Repository } from './repository.ts';
import type { Mutex } from './stale-locks.ts';
import { chainOf, swapRefs } from './swap.ts';

/** The claim refs of one repository, through git's own plumbing. */
export class GitRegistry implements Registry {
  readonly #repository: Repository;
  readonly #git: Git;
  readonly #prefix: string;
  readonly #tagger: () => Tagger;
  readonly #mutex: Mutex;

  constructor(repository: Repository, prefix: string, tagger: () => Tagger, mutex: Mutex) {
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
    const present = orders.filter((order) => readings.get(order)?.kind === 'record');
    for (const order of await this.#symbolic(present)) readings.set(order, SYMBOLIC);
    return readings;
  }

  async survey(orders?: readonly OrderId[]): Promise<Standing> {
    const patterns = orders?.map((order) => this.#ref(order)) ?? [this.#prefix.slice(0, -1)];
    const format = ['refname', 'objectname', 'symref', 'objecttype', 'type', 'object', 'contents'];
    const listed = await this.#forEachRef(format, patterns);
    // One ref to a missing object ends the whole listing: then names and values alone, and the objects one by one.
    const rows = listed.code === 0 ? listed : await this.#forEachRef(['refname', 'objectname', 'symref'], patterns);
    if (rows.code !== 0)
      return { readings: new Map((orders ?? []).map((order) => [order, unreadable(rows.why)])), strangers: [] };
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
      if (order === null) strangers.push(ref);
      else readings.set(order, read(order));
    };
    rows.fields.forEach((row, at) => {
      const found = objects?.[at];
      put(row[0] as string, (order) => {
        if (row[2]) return SYMBOLIC;
        if (objects === null) return readingOfRow(row, order);
        return found ? readingOf(found, order) : unreadable('its object is missing');
      });
    });
    for (const ref of brokenRefs(rows.stderr, this.#prefix)) put(ref, () => unreadable('git calls the ref broken'));
    return { readings, strangers };
  }

  async history(order: OrderId | null, limit: number): Promise<Witnessed[]> {
    const found = await readObjects(
      this.#git,
      await chainOf(this.#git, order === null ? `--glob=${this.#prefix}*` : this.#ref(order)),
    );
    const records = found.map((object) => readingOf(object, order)).filter((reading) => reading.kind === 'record');
    if (order === null) records.sort((one, other) => other.record.recordedAt.localeCompare(one.record.recordedAt));
    return records.slice(0, limit);
  }

  async swap(changes: readonly Change[]): Promise<SwapOutcome> {
    const written = changes.flatMap((change) => this.#encode(change));
    const oids = new Map(written.map(({ order, object }) => [order, object.oid]));
    const updates = changes.map(({ order, expected }) => ({
      ref: this.#ref(order),
      from: expected?.oid ?? null,
      to: oids.get(order) ?? null,
    }));
    const first = changes.some(({ expected }) => expected === null) ? [this.#emptyBlob()] : [];
    const objects = [...first, ...written.map(({ object }) => object)];
    const outcome = await swapRefs(this.#repository, updates, objects, this.#mutex);
    if (outcome.kind !== 'applied') return outcome;
    await packLooseClaims(this.#repository, this.#prefix, this.#mutex);
    return {
      kind: 'applied',
      oids,
      superseded: changes.map(({ order }) => order).filter((order) => outcome.superseded.includes(this.#ref(order))),
    };
  }

  #ref(order: OrderId): string {
    return claimRef(this.#prefix, order);
  }

  async #symbolic(orders: readonly OrderId[]): Promise<OrderId[]> {
    if (orders.length === 0) return [];
    const { fields } = await this.#forEachRef(
      ['refname', 'symref'],
      orders.map((order) => this.#ref(order)),
    );
    return orders.filter((order) => fields.some(([ref, target]) => ref === this.#ref(order) && target));
  }

  async #forEachRef(atoms: readonly string[], patterns: readonly string[]) {
    const format = atoms.map((atom) => `%(${atom})%00`).join('');
    const result = await this.#git(['for-each-ref', `--format=${format}`, ...patterns]);
    const values = String(result.stdout).split('\0');
    const fields: string[][] = [];
    for (let at = 0; at + atoms.length < values.length; at += atoms.length) {
      fields.push(values.slice(at, at + atoms.length).map((value, column) => (column === 0 ? value.replace(/^\n/, '') : value)));
    }
    return { code: result.code, stderr: result.stderr, why: lastWords(result), fields };
  }

  #encode({ order, expected, record }: Change): { order: OrderId; object: GitObject }[] {
    if (record === null) return [];
    const target =
      expected === null ? { oid: this.#emptyBlob().oid, type: 'blob' as const } : { oid: expected.oid, type: 'tag' as const };
    return [{ order, object: gitObject(this.#repository.objectFormat, 'tag', encodeRecord(record, target, this.#tagger())) }];
  }

  #emptyBlob(): GitObject {
    return gitObject(this.#repository.objectFormat, 'blob', '');
  }
}

const SYMBOLIC: Reading = { kind: 'foreign', oid: null, why: 'it is a symbolic ref' };

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
  const decoded = decodeMessage(row[6] ?? '', order);
  if (decoded.kind === 'foreign') return { ...decoded, oid };
  return { ...decoded, oid, previous: row[4] === 'tag' ? parseOid(row[5] ?? '') : null };
}

function withOid(oid: Oid, decoded: Decoded): Reading {
  return { ...decoded, oid };
}

/** Git lists a broken ref only in its warnings; an exit code of 0 would otherwise make it look free. */
function brokenRefs(stderr: string, prefix: string): string[] {
  const named = stderr.matchAll(/ignoring (?:broken ref|dangling symref|ref with broken name) (\S+)/g);
  return Array.from(named, (match) => match[1] as string).filter((ref) => ref.startsWith(prefix));
}
