import { parseOid } from '../../../core/ids.ts';
import type { TagReader } from '../../../core/record/codec.ts';
import { MISREAD, misreadType } from '../../../core/record/misread.ts';
import type { RecordRead, RefReading } from '../../../core/record/witness.ts';
import type { Git } from '../process.ts';
import { type FoundObject, readObjects } from '../read-objects.ts';
import { refIn } from './known-ref.ts';
import { readFound, type SurveyedRef, SYMBOLIC } from './survey.ts';

/** Reads the records of refs with one git process, if there are any. */
export async function readUnknown(git: Git, refs: readonly UnknownRef[]): Promise<void> {
  const found = await readObjects(
    git,
    refs.map(({ oid }) => oid),
  );
  for (const [at, ref] of refs.entries()) ref.object = found[at] ?? null;
}

type Heed = (listed: string, said: Omit<RecordRead<object>, 'oid'>) => void;

/** A ref whose record, if it holds one, was read just now. */
export class UnknownRef implements SurveyedRef {
  readonly ref: string;
  readonly oid: string;
  object: FoundObject | null = null;
  readonly #listed: string;
  readonly #type: string;
  readonly #symref: string;
  readonly #heed: Heed;

  /**
   * @param listed as by {@link namesCall}
   * @param heed is told what a record says
   */
  constructor(listed: string, heed: Heed) {
    [this.oid, this.#type, this.#symref] = listed.split(' ', 3) as [string, string, string];
    this.ref = refIn(listed);
    this.#listed = listed;
    this.#heed = heed;
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
    if (reading.kind === 'record') this.#heed(this.#listed, { previous: reading.previous, record: reading.record as object });
    return reading;
  }
}
