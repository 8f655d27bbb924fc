import { join } from 'node:path';
import { byText } from '../../../core/by-text.ts';
import type { RecordRead } from '../../../core/record/witness.ts';
import { removeFile } from '../files.ts';
import { isOutOfDate, readSnapshot, writeSnapshot } from '../snapshot.ts';
import { BOARD_FILE, KNOWN_FILE } from './board-file.ts';
import { type KnownFrom, KnownRef, knownLine, refIn, refOfLine } from './known-ref.ts';
import { SharedParts } from './shared-parts.ts';

/** The number counts the layouts of a snapshot. */
const LAYOUT = 'records 3';

/**
 * The records that refs held when all were surveyed last. The first line of the snapshot holds the parts that records share.
 * Each further one is the line in which git lists the ref with its oid, a tab, what the record is of, and what it says. They are
 * in the order in which git lists refs, so that one walk along both finds what is known.
 */
export class KnownRecords {
  readonly #commonDir: string;
  readonly #path: string;
  readonly #purpose: string;
  readonly #lines: readonly string[];
  readonly #from: KnownFrom;
  /** The line that the next ref may be in; the first one is no ref's. */
  #next = 1;
  readonly #kept: string[] = [];
  #fresh = 0;

  /** @param settings decide, beside a ref and its record, what is read of it */
  constructor(commonDir: string, settings: string) {
    this.#path = join(commonDir, KNOWN_FILE);
    this.#commonDir = commonDir;
    this.#purpose = JSON.stringify([LAYOUT, settings]);
    const lines = readSnapshot(this.#path, this.#purpose)?.toString('utf8').split('\n') ?? [];
    const parts = SharedParts.from(lines[0]);
    this.#lines = parts === null ? [] : lines;
    this.#from = { commonDir, parts: parts ?? new SharedParts() };
  }

  get size(): number {
    return this.#lines.length;
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
        return new KnownRef(line, listed.length, this.#from);
      }
      if (refOfLine(line) > refIn(listed)) return null;
    }
    return null;
  }

  /** Remembers what was read of a ref. */
  add(listed: string, said: Omit<RecordRead<object>, 'oid'>): void {
    this.#kept.push(knownLine(listed, said, this.#from.parts));
    this.#fresh += 1;
  }

  /** Forgets all: git reads the records of so few refs sooner. */
  drop(): void {
    try {
      for (const path of [join(this.#commonDir, BOARD_FILE), this.#path]) removeFile(path, 'snapshot');
    } catch {
      // Whoever may not write here goes on with what is known.
    }
  }

  /** Writes down what is known now, if it differs enough. To be called after all refs were read. */
  keep(): void {
    const known = Math.max(0, this.#lines.length - 1);
    if (isOutOfDate(known, this.#kept.length - this.#fresh, this.#fresh)) this.#write(this.#sorted());
  }

  /** Writes down whatever is new, and returns all lines that are known now, in the order of their refs. */
  keepAll(): { readonly lines: readonly string[]; readonly parts: SharedParts } {
    const lines = this.#sorted();
    if (this.#fresh > 0) this.#write(lines);
    return { lines, parts: this.#from.parts };
  }

  #sorted(): readonly string[] {
    return this.#fresh === 0 ? this.#kept : this.#kept.sort(byText(refOfLine));
  }

  #write(lines: readonly string[]): void {
    writeSnapshot(this.#path, this.#purpose, Buffer.from([this.#from.parts.text(), ...lines].join('\n')));
  }
}
