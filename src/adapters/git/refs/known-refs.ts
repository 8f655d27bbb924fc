import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseOid } from '../../../core/ids.ts';
import type { TagReader } from '../../../core/record/codec.ts';
import { MISREAD, misreadType } from '../../../core/record/misread.ts';
import type { RecordRead, RefReading } from '../../../core/record/witness.ts';
import { type FoundObject, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { KnownRecords, refIn } from './known-records.ts';
import { type Listing, type RefListing, readFound, type SurveyedRef, SYMBOLIC, WITH_RECORDS } from './survey.ts';

/** A listing of refs whose records are mostly known. */
export type KnownListing = RefListing & {
  /** Writes down what was read. To be called after all refs were read. */
  keep(): void;
};

/**
 * So many records git reads, while it lists the refs, in the time in which a second process reads one. On a board of more, what
 * was read once is known; on one of half as many, it is forgotten.
 */
export const FEW = 300;

/** Where the records are that were read once, below the common directory. */
export const KNOWN_FILE = 'claim/records.read';

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
 * @param settings decide, beside a ref and its record, what is read of it
 * @param few of so many refs nothing need be known
 */
export function withKnown({ git, commonDir, isOwnProcess }: Repository, settings: string, few = FEW): KnownListing {
  let keep = (): void => undefined;
  const knownIn = () => new KnownRecords(join(commonDir, KNOWN_FILE), settings);
  const ofNames = async (pieces: Listing['pieces']): Promise<SurveyedRef[]> => {
    const records = knownIn();
    if (isOwnProcess && records.isLarge) await compileLess();
    const refs: SurveyedRef[] = [];
    const unknown: UnknownRef[] = [];
    for (const listed of linesIn(pieces)) {
      const ref = records.find(listed) ?? new UnknownRef(listed, records);
      refs.push(ref);
      if (ref instanceof UnknownRef && ref.isTag) unknown.push(ref);
    }
    const found = await readObjects(
      git,
      unknown.map(({ oid }) => oid),
    );
    for (const [at, ref] of unknown.entries()) ref.object = found[at] ?? null;
    keep = () => (refs.length * 2 < few ? records.drop() : records.keep());
    return refs;
  };
  const ofRows = (pieces: Listing['pieces']): SurveyedRef[] => {
    const refs = WITH_RECORDS.refsOf(pieces);
    if (refs.length <= few) return refs;
    const records = knownIn();
    keep = () => records.keep();
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

/** A ref whose record, if it holds one, was read just now. */
class UnknownRef implements SurveyedRef {
  readonly ref: string;
  readonly oid: string;
  object: FoundObject | null = null;
  readonly #listed: string;
  readonly #type: string;
  readonly #symref: string;
  readonly #records: KnownRecords;

  constructor(listed: string, records: KnownRecords) {
    [this.oid, this.#type, this.#symref] = listed.split(' ', 3) as [string, string, string];
    this.ref = refIn(listed);
    this.#listed = listed;
    this.#records = records;
  }

  get isTag(): boolean {
    return this.#symref === '' && this.#type === 'tag';
  }

  read<Record, Of>(reader: TagReader<Record, Of>, of: Of): RefReading<Record> {
    if (this.#symref !== '') return SYMBOLIC;
    if (this.#type !== 'tag') return { kind: 'foreign', oid: parseOid(this.oid), why: misreadType(this.#type) };
    // It was there a moment ago.
    if (this.object === null) return { kind: 'unreadable', why: MISREAD.missing };
    const reading = readFound(this.object, reader, of);
    if (reading.kind === 'record') this.#records.add(this.#listed, { ...reading, record: reading.record as object });
    return reading;
  }
}

/** V8 would optimise some thirty functions while they run over a large board, which takes longer than it then saves. */
async function compileLess(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--no-opt');
}

/** Splits a listing into its lines. No piece ends within a line. */
function* linesIn(pieces: Iterable<Buffer>): Generator<string, void> {
  for (const piece of pieces) for (const line of String(piece).split('\n')) if (line !== '') yield line;
}
