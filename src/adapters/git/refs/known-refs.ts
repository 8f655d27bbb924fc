import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TagReader } from '../../../core/record/codec.ts';
import type { RecordRead, RefReading } from '../../../core/record/witness.ts';
import { compileLess, isLarge } from '../../system/compile-less.ts';
import type { Repository } from '../repository.ts';
import { FEW, isLongBoard, KNOWN_FILE } from './board-file.ts';
import { KnownRecords } from './known-records.ts';
import { type Listing, type RefListing, type SurveyedRef, WITH_RECORDS } from './survey.ts';
import { readUnknown, UnknownRef } from './unknown-refs.ts';

/** A listing of refs whose records are mostly known. */
export type KnownListing = RefListing & {
  /** Writes down what was read. To be called after all refs were read. */
  keep(): Promise<void>;
};

/** Returns the git call that lists refs without their records. The type shows that the object exists. */
export function namesCall(patterns: readonly string[]): readonly string[] {
  return ['for-each-ref', '--format=%(objectname) %(objecttype) %(symref) %(refname)', ...patterns];
}

/** Returns the git call that lists refs: without their records if these are known. */
export function surveyCall(commonDir: string | null, patterns: readonly string[]): readonly string[] {
  const isKnown = commonDir !== null && existsSync(join(commonDir, KNOWN_FILE));
  return isKnown ? namesCall(patterns) : WITH_RECORDS.call(patterns);
}

/**
 * Lists refs by {@link surveyCall}. Of those without records, one git process reads the records that are not known.
 *
 * @param prefix of claim refs
 * @param few of so many refs nothing need be known
 */
export function withKnown(repository: Repository, prefix: string, few = FEW): KnownListing {
  const { git, commonDir, isOwnProcess } = repository;
  let keep = async (): Promise<void> => undefined;
  const knownIn = () => new KnownRecords(commonDir, prefix);
  const kept = async (records: KnownRecords) => {
    if (isLongBoard(repository, few)) (await import('./keep-board.ts')).keepBoard(repository, prefix, records.keepAll());
    else records.keep();
  };
  const ofNames = async (pieces: Listing['pieces']): Promise<SurveyedRef[]> => {
    const records = knownIn();
    if (isOwnProcess && isLarge(records.size)) await compileLess();
    const refs: SurveyedRef[] = [];
    const unknown: UnknownRef[] = [];
    for (const listed of linesIn(pieces)) {
      const ref = records.find(listed) ?? new UnknownRef(listed, (...read) => records.add(...read));
      refs.push(ref);
      if (ref instanceof UnknownRef && ref.isTag) unknown.push(ref);
    }
    await readUnknown(git, unknown);
    keep = async () => (refs.length * 2 < few ? records.drop() : kept(records));
    return refs;
  };
  const ofRows = (pieces: Listing['pieces']): SurveyedRef[] => {
    const refs = WITH_RECORDS.refsOf(pieces);
    if (refs.length <= few) return refs;
    const records = knownIn();
    keep = () => kept(records);
    return refs.map((ref) => new NewRef(ref, records));
  };
  return {
    call: (patterns) => surveyCall(commonDir, patterns),
    refsOf: (pieces) => {
      // Whoever asked ahead only guessed where the repository is. A row begins with its ref, a line with an object.
      const rest = pieces[Symbol.iterator]();
      const { value, done } = rest.next();
      if (done) return [];
      const first = value as Buffer;
      return (first.toString('latin1', 0, 5) === 'refs/' ? ofRows : ofNames)(chained(first, rest));
    },
    keep: () => keep(),
  };
}

function* chained(first: Buffer, rest: Iterator<Buffer>): Generator<Buffer, void> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

/** A ref that git listed with its record, on a board on which records will be known. */
class NewRef implements SurveyedRef {
  readonly ref: string;
  readonly #listed: SurveyedRef;
  readonly #records: KnownRecords;

  constructor(listed: SurveyedRef, records: KnownRecords) {
    this.ref = listed.ref;
    this.#listed = listed;
    this.#records = records;
  }

  read<Record, Of>(reader: TagReader<Record, Of>, of: Of): RefReading<Record> {
    const reading = this.#listed.read(reader, of);
    if (reading.kind === 'record') this.#records.add(`${reading.oid} tag  ${this.ref}`, reading as RecordRead<object>);
    return reading;
  }
}

/** Splits a listing into its lines. No piece ends within a line. */
function* linesIn(pieces: Iterable<Buffer>): Generator<string, void> {
  for (const piece of pieces) for (const line of String(piece).split('\n')) if (line !== '') yield line;
}
