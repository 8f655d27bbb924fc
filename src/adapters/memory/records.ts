import type { Oid } from '../../core/ids.ts';
import type { Codec } from '../../core/record/codec.ts';
import type { RecordRead, RefReading } from '../../core/record/witness.ts';

const TAGGER = { name: 'git-claim', email: 'git-claim@localhost', epochSeconds: 0 };
const NOTHING = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as Oid;

/** Records of one kind as texts, under names that only this object knows. */
export class MemoryRecords<Record, Of> {
  readonly #codec: Codec<Record, Of>;
  readonly #digit: string;
  readonly #bodies = new Map<Oid, string>();

  /** @param digit distinguishes the oids of this kind from those of the other */
  constructor(codec: Codec<Record, Of>, digit: string) {
    this.#codec = codec;
    this.#digit = digit;
  }

  /** Stores a record on top of the expected one, and returns its oid. */
  add(record: Record, expected: RecordRead<Record> | null): Oid {
    const oid = (this.#bodies.size + 1).toString(16).padStart(40, this.#digit) as Oid;
    const target = expected === null ? ({ oid: NOTHING, type: 'tree' } as const) : ({ oid: expected.oid, type: 'tag' } as const);
    this.#bodies.set(oid, this.#codec.encode(record, target, TAGGER));
    return oid;
  }

  at(oid: Oid, of: Of): RefReading<Record> {
    return { ...this.#codec.decode(this.#bodies.get(oid) ?? '', of), oid };
  }

  /** Returns a record and those before it, newest first. */
  chain(tip: Oid | null, of: Of, limit: number): RecordRead<Record>[] {
    const chain: RecordRead<Record>[] = [];
    for (let oid = tip; oid !== null && chain.length < limit; oid = chain.at(-1)?.previous ?? null) {
      const reading = this.at(oid, of);
      if (reading.kind !== 'record') break;
      chain.push({ oid, previous: reading.previous, record: reading.record });
    }
    return chain;
  }
}
