import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';

/*
 * The file of packed refs (gitrepository-layout(5)): a header, then a line `<oid> <ref>` for each ref, and after one of a tag a
 * line `^<oid>`. Where the header says that it is sorted, as git writes it, one ref costs a few reads, however many there are.
 */

/**
 * Returns the value of a packed ref, which counts only where no loose one is; null if it is not packed, `unclear` if the file
 * cannot be read or is not understood.
 */
export function packedValue(commonDir: string, ref: string): Oid | 'unclear' | null {
  const key = bytesOf(ref);
  const lines = inFile(commonDir, (file) => file.between(key, `${key}\0`));
  if (lines === null) return lstatSync(fileIn(commonDir), { throwIfNoEntry: false }) === undefined ? null : 'unclear';
  const text = lines.toString('latin1');
  if (text.split('\n').some((line) => !UNDERSTOOD.test(line))) return 'unclear';
  const row = rowsIn(lines).find((one) => one.ref === key);
  return row === undefined ? null : (parseOid(row.oid) ?? 'unclear');
}

/** A ref, what the one above it leads to, a remark, or the end. At any other line git gives up. */
const UNDERSTOOD = /^(?:[0-9a-f]{40,64} .+|\^[0-9a-f]{40,64}|#.*|)$/;

/** Returns the names of all packed refs below a folder, which ends with `/`. */
export function packedBelow(commonDir: string, folder: string): string[] {
  return [...packedValues(commonDir, folder).keys()];
}

/** Returns the values of all packed refs below a folder, which ends with `/`, by name. */
export function packedValues(commonDir: string, folder: string): ReadonlyMap<string, Oid> {
  return valuesIn(packedLines(commonDir, folder), bytesOf(folder));
}

function valuesIn(lines: Buffer, folder: string): ReadonlyMap<string, Oid> {
  return new Map(
    rowsIn(lines).flatMap(({ ref, oid }) => {
      const value = ref.startsWith(folder) ? parseOid(oid) : null;
      return value === null ? [] : [[Buffer.from(ref, 'latin1').toString('utf8'), value] as const];
    }),
  );
}

/**
 * Returns the lines of all packed refs below a folder, which ends with `/`; the whole file if it is not sorted. Whoever looks for
 * few among very many refs searches these bytes.
 */
export function packedLines(commonDir: string, folder: string): Buffer {
  return inFile(commonDir, (file) => file.below(folder)) ?? Buffer.alloc(0);
}

/** Git compares names byte by byte. */
function bytesOf(ref: string): string {
  return Buffer.from(ref, 'utf8').toString('latin1');
}

function rowsIn(lines: Buffer): { readonly oid: string; readonly ref: string }[] {
  return lines
    .toString('latin1')
    .split('\n')
    .flatMap((line) => {
      const [, oid, ref] = LINE.exec(line) ?? [];
      return oid === undefined || ref === undefined ? [] : [{ oid, ref }];
    });
}

const LINE = /^([0-9a-f]{40,64}) (.+)$/;

/** Longer than two lines with the longest names that file systems allow. */
const CHUNK_BYTES = 16 * 1024;

const fileIn = (commonDir: string) => join(commonDir, 'packed-refs');

/** Returns null if there is no such file, or if it cannot be read. */
function inFile<Answer>(commonDir: string, ask: (file: PackedFile) => Answer): Answer | null {
  try {
    const descriptor = openSync(fileIn(commonDir), 'r');
    try {
      return ask(new PackedFile(descriptor));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** The file as it was when it was opened: git replaces it as a whole. */
export class PackedFile {
  readonly #descriptor: number;
  readonly #size: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
  }

  /** Whether the names are in order. */
  get isSorted(): boolean {
    return /^# pack-refs with:.* sorted\b/.test(this.#header);
  }

  /** Returns the lines of the refs below a folder, which ends with `/`; all lines if they are not sorted. */
  below(folder: string): Buffer {
    const key = bytesOf(folder);
    // The character after the slash: no name below the folder comes behind it.
    return this.between(key, `${key.slice(0, -1)}0`);
  }

  /** Returns the value of a ref, and those of the refs below it, by name. */
  valuesAt(ref: string): Map<string, Oid> {
    const key = bytesOf(ref);
    const own = valuesIn(this.between(key, `${key}\0`), key);
    return new Map([...own, ...valuesIn(this.below(`${ref}/`), `${key}/`)]);
  }

  /** Returns the lines of the refs from one name up to another, which is not among them; all lines if they are not sorted. */
  between(from: string, to: string): Buffer {
    if (!this.isSorted) return this.#bytes(0, this.#size);
    const start = this.#place(from, this.#header.length + 1);
    return this.#bytes(start, this.#place(to, start));
  }

  get #header(): string {
    return this.#bytes(0, CHUNK_BYTES).toString('latin1').split('\n', 1)[0] as string;
  }

  /** Returns where the first line begins, at or after `low`, whose name is not before this one. */
  #place(name: string, low: number): number {
    let high = this.#size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = this.#lineAfter(middle, high);
      if (line === null || line.ref >= name) high = middle;
      else low = line.end;
    }
    return this.#lineAfter(low, this.#size)?.start ?? this.#size;
  }

  /** Returns the first line with a ref that begins at or after a place and before another one. */
  #lineAfter(place: number, before: number): { readonly ref: string; readonly start: number; readonly end: number } | null {
    const from = Math.max(0, place - 1);
    const text = this.#bytes(from, from + CHUNK_BYTES).toString('latin1');
    for (let at = place === 0 ? 0 : text.indexOf('\n') + 1; ; ) {
      const end = text.indexOf('\n', at) + 1;
      if (end === 0 || from + at >= before) return null;
      const ref = LINE.exec(text.slice(at, end - 1))?.[2];
      if (ref !== undefined) return { ref, start: from + at, end: from + end };
      at = end;
    }
  }

  #bytes(from: number, to: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.min(to, this.#size) - from);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, bytes.length, from));
  }
}
