import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { byText } from '../../../core/by-text.ts';
import { LongBoard } from '../../../core/claim/board.ts';
import { isLiveRead, type Witnessed } from '../../../core/claim/record.ts';
import { claimRef, orderOfRef } from '../../../core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../core/claim/trailers.ts';
import { isCanonicalOrderId, type Oid, type OrderId } from '../../../core/ids.ts';
import { usedAmong } from '../../../core/orders/likeness.ts';
import { pathRefPrefix } from '../../../core/paths/refs.ts';
import type { Tagger } from '../../../core/record/codec.ts';
import { MISREAD } from '../../../core/record/misread.ts';
import type { PathChange, SurveyedPath } from '../../../ports/path-registry.ts';
import type { ClaimChange, Reading, Registry, Spellings, Survey, SwapOutcome } from '../../../ports/registry.ts';
import { readLooseObject } from '../loose-objects.ts';
import type { Git } from '../process.ts';
import { chainOf, type FoundObject, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { FEW, isLongBoard, refPatterns } from './board-file.ts';
import { refsOn } from './board-refs.ts';
import type { EarlySurvey } from './early-survey.ts';
import { type KeptBoard, openBoard } from './kept-board.ts';
import { withKnown } from './known-refs.ts';
import { packedBelow } from './packed-refs.ts';
import { completed, type SharedRefs, surveyedPath } from './path-refs.ts';
import { isRefAsSeen, plainValue, refsAsFound } from './ref-files.ts';
import type { Mutex } from './stale-locks.ts';
import { listRefs, looseRefs, readFound, type SurveyedRef, SYMBOLIC, surveyRefs, unknown } from './survey.ts';

/** The claim refs of one repository, through git's own plumbing. */
export class GitRegistry implements Registry {
  readonly #repository: Repository;
  readonly #git: Git;
  readonly #prefix: string;
  readonly #tagger: () => Tagger;
  readonly #mutex: Mutex;
  readonly #few: number;
  readonly #shared: SharedRefs | null;
  #early: EarlySurvey | null;

  constructor(
    repository: Repository,
    prefix: string,
    tagger: () => Tagger,
    mutex: Mutex,
    early: EarlySurvey | null = null,
    shared: SharedRefs | null = null,
    few = FEW,
  ) {
    this.#early = early;
    this.#few = few;
    this.#shared = shared;
    this.#repository = repository;
    this.#git = repository.git;
    this.#prefix = prefix;
    this.#tagger = tagger;
    this.#mutex = mutex;
  }

  async read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>> {
    return this.#withFiles(orders, (others) => this.#readByGit(others));
  }

  /** Reads orders as git's own files plainly show them, and the others by `byGit`. */
  async #withFiles(
    orders: readonly OrderId[],
    byGit: (others: readonly OrderId[]) => Promise<ReadonlyMap<OrderId, Reading>>,
  ): Promise<Map<OrderId, Reading>> {
    const plain = new Map(orders.map((order) => [order, this.#inFiles(order)] as const));
    const others = orders.filter((order) => plain.get(order) === null);
    const readings = others.length === 0 ? null : await byGit(others);
    return new Map(orders.map((order) => [order, plain.get(order) ?? (readings?.get(order) as Reading)]));
  }

  #inFiles(order: OrderId): Reading | null {
    const value = plainValue(this.#repository, this.#ref(order));
    if (value === 'absent') return { kind: 'absent' };
    const object = value === 'unclear' ? null : readLooseObject(this.#repository, value);
    return object === null ? null : readingOf(object, order);
  }

  async #readByGit(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>> {
    const found = await readObjects(
      this.#git,
      orders.map((order) => this.#ref(order)),
    );
    const readings = new Map(orders.map((order, at) => [order, readingOf(found[at] ?? null, order)]));
    const values = new Map(orders.flatMap((order, at) => (found[at] ? [[this.#ref(order), found[at].oid as Oid] as const] : [])));
    const certain = refsAsFound(this.#repository, values);
    const doubtful = orders.filter((order) => readings.get(order)?.kind !== 'absent' && !certain.has(this.#ref(order)));
    const listed = await this.#listed(doubtful);
    for (const order of doubtful) {
      const target = listed.get(this.#ref(order));
      if (target === undefined) readings.set(order, { kind: 'absent' });
      else if (target !== '') readings.set(order, SYMBOLIC);
    }
    // Git overwrites a ref file that leads nowhere as if it did not exist.
    const absent = orders.filter((order) => readings.get(order)?.kind === 'absent');
    const hidden = absent.filter((order) => looseRefs(this.#repository, this.#ref(order)).length > 0);
    return hidden.length === 0 ? readings : new Map([...readings, ...(await this.#surveyByGit(hidden))]);
  }

  async survey(orders?: readonly OrderId[]): Promise<Survey> {
    if (orders === undefined) return this.#surveyAll();
    const readings = await this.#withFiles(orders, (others) => this.#surveyByGit(others));
    return { readings, strangers: [], paths: [] };
  }

  /** @param isBoard whether ended claims may be left for whoever asks for one */
  async #surveyAll(isBoard = true): Promise<Survey> {
    const early = this.#early?.prefix === this.#prefix ? this.#early.listing : undefined;
    this.#early = null;
    const isLong = isBoard && isLongBoard(this.#repository, this.#few);
    const board = isLong ? openBoard(this.#repository, this.#prefix) : null;
    if (board !== null) return this.#surveyBoard(board);
    const known = withKnown(this.#repository, this.#prefix, this.#few);
    const keep = (one: SurveyedRef) => this.#contentOf(one);
    const surveyed = await surveyRefs(this.#repository, refPatterns(this.#prefix), keep, known, early);
    if (surveyed.kind === 'failed') throw unknown(surveyed.why);
    if (isBoard) await known.keep();
    const { readings, ...others } = await this.#sorted(surveyed.kept);
    return { readings: new Map(readings), ...others };
  }

  /** @param orders at least one: without a name, git lists every ref */
  async #surveyByGit(orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, Reading>> {
    const refs = orders.map((order) => this.#ref(order));
    const surveyed = await surveyRefs(this.#repository, refs, (one) => this.#contentOf(one));
    if (surveyed.kind === 'failed') {
      const unreadable = { kind: 'unreadable', why: surveyed.why } as const;
      return new Map(orders.map((order) => [order, unreadable]));
    }
    const { readings } = await this.#sorted(surveyed.kept);
    const absent = orders.map((order) => [order, { kind: 'absent' }] as const);
    return new Map<OrderId, Reading>([...absent, ...readings]);
  }

  async #surveyBoard(board: KeptBoard): Promise<Survey> {
    const { refs, keep } = await refsOn(this.#repository, this.#prefix, board);
    const { readings, ...others } = await this.#sorted(refs.map((one) => this.#contentOf(one)));
    await keep();
    const loose = new Map(readings.filter(([, reading]) => reading.kind === 'record' && !isLiveRead(reading)));
    const current = loose.size === 0 ? readings : readings.filter(([order]) => !loose.has(order));
    return { readings: new LongBoard(new Map(current), board.ended.with(loose)), ...others };
  }

  /** Tells claims, path claims and other refs apart, and completes a change of path refs that was left half done. */
  async #sorted(contents: readonly Content[]): Promise<Omit<Survey, 'readings'> & { readonly readings: [OrderId, Reading][] }> {
    const readings: [OrderId, Reading][] = [];
    const strangers: SurveyedRef[] = [];
    const paths: SurveyedPath[] = [];
    for (const one of contents) {
      if ('ref' in one) strangers.push(one);
      else if ('key' in one) paths.push(one);
      else readings.push([one.order, one.reading]);
    }
    if (strangers.length === 0) return { readings, strangers: [], paths };
    const prefix = pathRefPrefix(this.#prefix);
    return { readings, ...(await completed(this.#repository, prefix, paths, strangers, this.#mutex, this.#shared)) };
  }

  async spellings(orders: readonly OrderId[]): Promise<Spellings> {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat === 'files' && orders.every((order) => existsSync(join(commonDir, this.#ref(order)))))
      return { used: new Map(orders.map((order) => [order, order])), names: [] };
    const names = await this.#names();
    return { used: usedAmong(orders, names), names };
  }

  /** Returns the orders of all claim refs, where refs are files without a process. */
  async #names(): Promise<OrderId[]> {
    const { commonDir, refFormat } = this.#repository;
    const folder = this.#prefix.slice(0, -1);
    const refs =
      refFormat === 'files'
        ? [...looseRefs(this.#repository, folder), ...packedBelow(commonDir, this.#prefix)]
        : (await listRefs(this.#git, ['refname'], [folder])).fields.map(([ref = '']) => ref);
    return [...new Set(refs)].flatMap((ref) => orderOfRef(this.#prefix, ref) ?? []);
  }

  isAsSeen(order: OrderId, oid: Oid | null, seenMs: number): boolean {
    return isRefAsSeen(this.#repository, this.#ref(order), oid, seenMs);
  }

  async history(order: OrderId | null, limit: number): Promise<Witnessed[]> {
    // Only from records: one broken ref would end the walk for all, and another tool's ref may
    // lead through the whole project's history.
    const { readings } = await (order === null ? this.#surveyAll(false) : this.survey([order]));
    const last = [...readings.values()].filter((reading) => reading.kind === 'record');
    // So many last records are each newer than whatever is in another chain.
    if (last.length > limit) last.sort((one, other) => byRecordedAt(other, one)).length = limit;
    const tips = last.map(({ oid }) => oid);
    const found = await readObjects(this.#git, await chainOf(this.#git, tips));
    const readingsOfChain = found.map((object) => readingOf(object, order)).filter((reading) => reading.kind === 'record');
    const records = readingsOfChain.map(({ oid, previous, record }) => ({ oid, previous, record }));
    if (order === null) records.sort((one, other) => byRecordedAt(other, one));
    return records.slice(0, limit);
  }

  async swap(changes: readonly ClaimChange[], paths: readonly PathChange[] = []): Promise<SwapOutcome> {
    // Writing needs more of Node than reading, and most commands only read.
    const { swapClaims } = await import('./swap-claims.ts');
    return swapClaims(this.#repository, this.#prefix, this.#tagger(), changes, paths, this.#mutex, await this.#shared?.swapper());
  }

  /** Returns the claim or path claim of a ref, or the ref itself if it is neither. */
  #contentOf(one: SurveyedRef): Content {
    const order = orderOfRef(this.#prefix, one.ref);
    if (order !== null) return { order, reading: one.read(CLAIM_CODEC, order) };
    const path = surveyedPath(one, pathRefPrefix(this.#prefix));
    if (path !== null) return path;
    const folder = one.ref.slice(this.#prefix.length).split('/')[0] as string;
    // A ref below an order's own name prevents that order from ever having one.
    return one.ref.startsWith(this.#prefix) && isCanonicalOrderId(folder) ? { order: folder, reading: FOLDER } : one;
  }

  #ref(order: OrderId): string {
    return claimRef(this.#prefix, order);
  }

  /** Returns the refs of these orders that git lists, each with its target if it is symbolic. */
  async #listed(orders: readonly OrderId[]): Promise<Map<string, string>> {
    if (orders.length === 0) return new Map();
    const refs = orders.map((order) => this.#ref(order));
    const { fields } = await listRefs(this.#git, ['refname', 'symref'], refs);
    return new Map(fields.map(([ref = '', target = '']) => [ref, target]));
  }
}

type Content = { readonly order: OrderId; readonly reading: Reading } | SurveyedPath | SurveyedRef;

const FOLDER: Reading = { kind: 'foreign', oid: null, why: MISREAD.folder };

function readingOf(found: FoundObject | null, order: OrderId | null): Reading {
  return found === null ? { kind: 'absent' } : readFound(found, CLAIM_CODEC, order);
}

const byRecordedAt = byText(({ record }: Witnessed) => record.recordedAt);
