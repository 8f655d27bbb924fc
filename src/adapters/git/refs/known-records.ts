import { isLiveState, type State } from '../../../core/claim/record.ts';
import type { Oid } from '../../../core/ids.ts';
import type { MaybeEnded, RecordRead, RefReading } from '../../../core/record/witness.ts';
import { removeFile } from '../files.ts';
import { readSnapshot, writeSnapshot } from '../snapshot.ts';
import { SharedParts } from './shared-parts.ts';
import type { SurveyedRef } from './survey.ts';

/** One in so many records must be new before all are written down again. Until then, the few are read by each command. */
const PART = 100;

/** With fewer refs, no function runs often enough to be worth V8's attention. */
const LARGE = 1_000;

/** The number counts the layouts of a snapshot. */
const LAYOUT = 'records 2';

/** What a record is of. A claim that has ended is told apart, so that nobody has to look at its record. */
const ENDED = 'E';
const LIVE = 'L';
const PATH = 'P';

/** A ref whose record is known. What the record says is decoded when somebody looks at it. */
export class KnownRef implements SurveyedRef {
  readonly kind = 'record';
  readonly #line: string;
  readonly #tab: number;
  readonly #parts: SharedParts;
  #said: Omit<RecordRead<object>, 'oid'> | null = null;

  /** @param tab where the listed line ends */
  constructor(line: string, tab: number, parts: SharedParts) {
    this.#line = line;
    this.#tab = tab;
    this.#parts = parts;
  }

  get ref(): string {
    return refIn(this.#line.slice(0, this.#tab));
  }

  /** It holds the record of an order, and not of a path. */
  get isOrder(): boolean {
    return this.#line[this.#tab + 1] !== PATH;
  }

  /** Of a claim that has ended, this itself is what was read. */
  read<Record>(): RefReading<Record> {
    const isEnded = this.#line[this.#tab + 1] === ENDED;
    const reading = isEnded ? this : { kind: this.kind, oid: this.oid, previous: this.previous, record: this.record };
    return reading as RefReading<object> as RefReading<Record>;
  }

  get isEnded(): MaybeEnded['isEnded'] {
    return this.#line[this.#tab + 1] === ENDED ? true : undefined;
  }

  get oid(): Oid {
    return this.#line.slice(0, this.#line.indexOf(' ')) as Oid;
  }

  get previous(): Oid | null {
    return this.#read.previous;
  }

  get record(): object {
    return this.#read.record;
  }

  get #read(): Omit<RecordRead<object>, 'oid'> {
    if (this.#said === null) {
      const [previous, ...values] = JSON.parse(this.#line.slice(this.#tab + 2)) as [Oid | null, ...unknown[]];
      this.#said = { previous, record: this.#parts.join(values) };
    }
    return this.#said;
  }
}

/**
 * The records that refs held when all were surveyed last. The first line of the snapshot holds the parts that records share.
 * Each further one is the line in which git lists the ref with its oid, a tab, what the record is of, and what it says. They are
 * in the order in which git lists refs, so that one walk along both finds what is known.
 */
export class KnownRecords {
  readonly #path: string;
  readonly #purpose: string;
  readonly #lines: readonly string[];
  readonly #parts: SharedParts;
  /** The line that the next ref may be in; the first one is no ref's. */
  #next = 1;
  readonly #kept: string[] = [];
  #fresh = 0;

  /** @param settings decide, beside a ref and its record, what is read of it */
  constructor(path: string, settings: string) {
    this.#path = path;
    this.#purpose = JSON.stringify([LAYOUT, settings]);
    this.#lines = readSnapshot(this.#path, this.#purpose)?.toString('utf8').split('\n') ?? [];
    this.#parts = new SharedParts(this.#lines[0]);
  }

  get isLarge(): boolean {
    return this.#lines.length > LARGE;
  }

  /**
   * Returns a ref whose record is known by its oid. To be called for each ref in the order of their names.
   *
   * @param listed `<oid> tag  <ref>`
   */
  find(listed: string): KnownRef | null {
    for (; this.#next < this.#lines.length; this.#next += 1) {
      const line = this.#lines[this.#next] as string;
      if (line[listed.length] === '\t' && line.startsWith(listed)) {
        this.#next += 1;
        this.#kept.push(line);
        return new KnownRef(line, listed.length, this.#parts);
      }
      if (refIn(line.slice(0, line.indexOf('\t'))) > refIn(listed)) return null;
    }
    return null;
  }

  /** Remembers what was read of a ref. */
  add(listed: string, { previous, record }: Omit<RecordRead<object>, 'oid'>): void {
    const { state } = record as { readonly state?: State };
    // A path claim has no state: when it ends, its ref is deleted.
    const kind = state === undefined ? PATH : isLiveState(state) ? LIVE : ENDED;
    this.#kept.push(`${listed}\t${kind}${JSON.stringify([previous, ...this.#parts.split(record)])}`);
    this.#fresh += 1;
  }

  /** Forgets all: git reads the records of so few refs sooner. */
  drop(): void {
    try {
      removeFile(this.#path, 'snapshot');
    } catch {
      // Whoever may not write here goes on with what is known.
    }
  }

  /** Writes down what is known now, if enough of it is new, or most of it is gone. To be called after all refs were read. */
  keep(): void {
    const known = Math.max(0, this.#lines.length - 1);
    const same = this.#kept.length - this.#fresh;
    const isNew = this.#fresh > 0 && this.#fresh * PART >= known;
    if (!isNew && known - same <= same) return;
    const lines = this.#kept.map((line) => [refIn(line.slice(0, line.indexOf('\t'))), line] as const);
    lines.sort(([one], [other]) => (one < other ? -1 : 1));
    const text = [this.#parts.text(), ...lines.map(([, line]) => line)].join('\n');
    writeSnapshot(this.#path, this.#purpose, Buffer.from(text));
  }
}

/** Returns the ref of a listed line: its last word. */
export function refIn(listed: string): string {
  return listed.slice(listed.lastIndexOf(' ') + 1);
}
