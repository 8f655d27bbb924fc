import { parseOid } from '../../../core/ids.ts';
import type { TagReader } from '../../../core/record/codec.ts';
import { MISREAD, misreadType } from '../../../core/record/misread.ts';
import type { RefReading } from '../../../core/record/witness.ts';
import { type FoundObject, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { KnownRecords, refIn } from './known-records.ts';
import { type RefListing, readFound, type SurveyedRef, SYMBOLIC } from './survey.ts';

/** A listing of refs whose records are mostly known. */
export type KnownListing = RefListing & {
  /** Writes down what was read. To be called after all refs were read. */
  keep(): void;
};

/** Returns the git call that lists refs without their records. The type shows that the object exists. */
export function namesCall(patterns: readonly string[]): readonly string[] {
  return ['for-each-ref', '--format=%(objectname) %(objecttype) %(symref) %(refname)', ...patterns];
}

/**
 * Lists refs by {@link namesCall}. One git process reads the records that are not known, if there are any.
 *
 * @param settings decide, beside a ref and its record, what is read of it
 */
export function withKnown({ git, commonDir, isOwnProcess }: Repository, settings: string): KnownListing {
  let known: KnownRecords | null = null;
  return {
    call: namesCall,
    refsOf: async (pieces) => {
      const records = new KnownRecords(commonDir, settings);
      known = records;
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
      return refs;
    },
    keep: () => known?.keep(),
  };
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
