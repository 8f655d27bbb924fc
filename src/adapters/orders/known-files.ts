import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOutOfDate, readSnapshot, writeSnapshot } from '../git/snapshot.ts';
import { type FileRead, isOrderShaped } from './file-read.ts';

/**
 * A file that changed this recently may change again within the same tick of its disk's clock, which `stat` would not show. The
 * coarsest clocks tick every two seconds.
 */
const TICK_MS = 2_000;

/** The number counts the layouts of a snapshot. */
const LAYOUT = 'orders 1';

/** What `stat` says of a file, as numbers: device, inode, size, and the times of the last changes. */
const NUMBERS = 5;
const numbersOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats) => [dev, ino, size, mtimeMs, ctimeMs];

/**
 * What was read in order files before, by what `stat` says of each. The snapshot begins with a line that says how many there are;
 * then follow their numbers, and a line for each: its name, a tab, and what was read as JSON.
 */
export class KnownFiles {
  readonly #path: string;
  readonly #purpose: string;
  /** When this reading began. */
  readonly #nowMs = Date.now();
  readonly #numbers: Float64Array;
  readonly #lines: readonly string[];
  readonly #places = new Map<string, number>();
  /** The places of the known files that are as they were. */
  readonly #same: number[] = [];
  readonly #read: { readonly numbers: readonly number[]; readonly line: string }[] = [];

  /** @param settings decide, beside a file's text, what is read in it */
  constructor(commonDir: string, settings: readonly string[]) {
    this.#path = join(commonDir, 'claim/orders.read');
    this.#purpose = JSON.stringify([LAYOUT, ...settings]);
    const body = readSnapshot(this.#path, this.#purpose) ?? Buffer.alloc(0);
    const from = body.indexOf('\n') + 1;
    const count = Number(body.toString('latin1', 0, from));
    const to = from + count * NUMBERS * Float64Array.BYTES_PER_ELEMENT;
    const isRight = Number.isSafeInteger(count) && count > 0 && to <= body.length;
    this.#numbers = new Float64Array(new Uint8Array(isRight ? body.subarray(from, to) : []).buffer);
    this.#lines = isRight ? body.toString('utf8', to).split('\n') : [];
    for (const [place, line] of this.#lines.entries()) this.#places.set(line.slice(0, line.indexOf('\t')), place);
  }

  /**
   * Returns what was read in a file that is as it was; null if it has to be read.
   *
   * @param stats of the file now
   * @param isNeeded returns whether anything has to be known of it, given that as JSON
   */
  find(file: string, stats: Stats, isNeeded: (json: string) => boolean): { readonly read: FileRead } | null {
    const place = this.#places.get(file);
    if (place === undefined || !this.#isAsItWas(stats, place * NUMBERS) || !isReadable(stats)) return null;
    const json = (this.#lines[place] as string).slice(file.length + 1);
    const found = isNeeded(json) ? parsed(json) : NOTHING;
    if (found !== null) this.#same.push(place);
    return found;
  }

  /** Remembers what was read in a file after it was found as `stats` say. */
  add(file: string, stats: Stats, read: FileRead): void {
    if (!stats.isFile() || stats.ctimeMs > this.#nowMs - TICK_MS || /[\t\n]/.test(file)) return;
    this.#read.push({ numbers: numbersOf(stats), line: `${file}\t${JSON.stringify(read)}` });
  }

  /** Writes down what is known now, if it differs enough. To be called after all files were read. */
  keep(): void {
    const [known, same, read] = [this.#lines.length, this.#same.length, this.#read.length];
    if (!isOutOfDate(known, same, read)) return;
    const numbers = new Float64Array((same + read) * NUMBERS);
    for (const [at, place] of this.#same.entries())
      numbers.set(this.#numbers.subarray(place * NUMBERS, (place + 1) * NUMBERS), at * NUMBERS);
    for (const [at, { numbers: own }] of this.#read.entries()) numbers.set(own, (same + at) * NUMBERS);
    const lines = [...this.#same.map((place) => this.#lines[place]), ...this.#read.map(({ line }) => line)];
    const parts = [`${lines.length}\n`, numbers.buffer, lines.join('\n')];
    writeSnapshot(this.#path, this.#purpose, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  }

  #isAsItWas({ dev, ino, size, mtimeMs, ctimeMs }: Stats, at: number): boolean {
    const was = this.#numbers;
    return was[at] === dev && was[at + 1] === ino && was[at + 2] === size && was[at + 3] === mtimeMs && was[at + 4] === ctimeMs;
  }
}

const NOTHING = { read: null };

/** Returns null if it is nothing that could have been read in a file. */
function parsed(json: string): { readonly read: FileRead } | null {
  try {
    const read: FileRead = JSON.parse(json);
    return read === null || 'trouble' in read || isOrderShaped(read.order) ? { read } : null;
  } catch {
    return null;
  }
}

/** What another user could read is nobody's who may not. */
function isReadable({ mode, uid }: Stats): boolean {
  return (mode & 0o444) === 0o444 || (uid === process.geteuid?.() && (mode & 0o400) !== 0);
}

/** Returns what `stat` says of a file; null if nothing can be said. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
