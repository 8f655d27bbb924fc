import { closeSync, fstatSync, readSync } from 'node:fs';
import type { EndedClaims } from '../../../core/claim/board.ts';
import type { ClaimRecord } from '../../../core/claim/record.ts';
import { orderOfRef } from '../../../core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../core/claim/trailers.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import type { Reading } from '../../../ports/registry.ts';
import { ENDED, type KnownFrom, KnownRef } from './known-ref.ts';
import { PackedFile } from './packed-refs.ts';
import { SharedParts } from './shared-parts.ts';
import { SortedLines } from './sorted-lines.ts';

/** packed-refs and the snapshot of records, as they were when they were opened: whatever is asked later is read there. */
export type OpenFiles = { readonly packed: number; readonly records: number };

/**
 * The ended claims among packed refs: all refs below a prefix that are not known to be something else. Nothing of them is read
 * before somebody asks for one.
 */
export class PackedEnded implements EndedClaims<Reading> {
  readonly #commonDir: string;
  readonly #prefix: string;
  readonly #files: OpenFiles;
  readonly #others: ReadonlySet<string>;
  #rows: SortedLines | null = null;
  #records: (KnownFrom & { readonly lines: SortedLines }) | null = null;
  #isWhole = false;

  /** @param others refs that are no ended claims, or are loose */
  constructor(commonDir: string, prefix: string, files: OpenFiles, others: ReadonlySet<string>) {
    this.#commonDir = commonDir;
    this.#prefix = prefix;
    this.#files = files;
    this.#others = others;
    CLOSING.register(this, files);
  }

  find(order: OrderId): Reading | null {
    const ref = this.#prefix + order;
    const row = this.#others.has(ref) ? null : this.#packed().find(ref);
    return row === null ? null : this.#reading(row, order);
  }

  *all(): Iterable<readonly [OrderId, Reading]> {
    this.#isWhole = true;
    for (const row of this.#packed().all()) {
      const ref = row.slice(row.indexOf(' ') + 1);
      const order = this.#others.has(ref) ? null : orderOfRef(this.#prefix, ref);
      if (order !== null) yield [order, this.#reading(row, order)];
    }
  }

  /** Adds ended claims that have loose refs. */
  with(loose: ReadonlyMap<OrderId, Reading>): EndedClaims<Reading> {
    return { find: (order) => loose.get(order) ?? this.find(order), all: () => [...loose, ...this.all()] };
  }

  #packed(): SortedLines {
    this.#rows ??= new SortedLines(new PackedFile(this.#files.packed).below(this.#prefix), '\n');
    return this.#rows;
  }

  #reading(row: string, order: OrderId): Reading {
    const oid = row.slice(0, row.indexOf(' ')) as Oid;
    let found: KnownRef | null = null;
    const known = () => {
      found ??= this.#known(oid, order);
      return found;
    };
    return {
      kind: 'record',
      isEnded: true,
      oid,
      get previous() {
        return known().previous;
      },
      get record() {
        return known().record as ClaimRecord;
      },
    };
  }

  /** A record that the snapshot does not have is read by git. */
  #known(oid: Oid, order: OrderId): KnownRef {
    this.#records ??= recordsIn(this.#files.records, this.#commonDir);
    if (this.#isWhole) this.#records.lines.index();
    const listed = `${oid} tag  ${this.#prefix}${order}`;
    const line = this.#records.lines.find(this.#prefix + order);
    const isSame = line?.startsWith(`${listed}\t`) === true;
    const known = new KnownRef(isSame ? line : `${listed}\t${ENDED}`, listed.length, this.#records);
    known.read(CLAIM_CODEC, order);
    return known;
  }
}

/** A library may survey for days. */
const CLOSING = new FinalizationRegistry<OpenFiles>(({ packed, records }) => {
  closeSync(packed);
  closeSync(records);
});

/** Reads a snapshot of records whose checksum was right when this very file was written, or read. */
function recordsIn(file: number, commonDir: string): KnownFrom & { readonly lines: SortedLines } {
  const bytes = Buffer.allocUnsafe(fstatSync(file).size);
  let size = 0;
  for (let read = -1; read !== 0; size += read) read = readSync(file, bytes, size, bytes.length - size, size);
  const head = bytes.indexOf('\n') + 1;
  const from = bytes.indexOf('\n', head) + 1;
  const parts = SharedParts.from(bytes.toString('utf8', head, from)) ?? new SharedParts();
  return { commonDir, parts, lines: new SortedLines(bytes.subarray(from, size), '\t') };
}
