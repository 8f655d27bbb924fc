import type { Oid } from '../../core/ids.ts';
import { type ClaimPath, overlaps, type PathKey, pathKey } from '../../core/path.ts';
import { decodePathRecord, encodePathRecord } from '../../core/paths/codec.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import type { PathChange, PathRegistry, PathStanding, StandingPath } from '../../ports/path-registry.ts';

const TAGGER = { name: 'git-claim', email: 'git-claim@localhost', epochSeconds: 0 };
const NOTHING = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as Oid;

/** The path refs without a disk. */
export class MemoryPathRegistry implements PathRegistry {
  readonly #refs = new Map<PathKey, { readonly oid: Oid; readonly body: string }>();
  readonly #bodies = new Map<Oid, string>();

  async survey(): Promise<PathStanding> {
    return { paths: this.standing(), strangers: [] };
  }

  async history(key: PathKey, oid: Oid, limit: number): Promise<WitnessedPath[]> {
    const records: WitnessedPath[] = [];
    for (let at: Oid | null = oid; at !== null && records.length < limit; at = records.at(-1)?.previous ?? null) {
      const reading = decodePathRecord(this.#bodies.get(at) ?? '', key);
      if (reading.kind !== 'record') break;
      records.push({ oid: at, previous: reading.previous, record: reading.record });
    }
    return records;
  }

  keyOf(path: ClaimPath): PathKey {
    return pathKey(path, false);
  }

  standing(): StandingPath[] {
    const refs = [...this.#refs].sort(([one], [other]) => (one < other ? -1 : 1));
    return refs.map(([key, { oid, body }]) => ({ key, reading: { ...decodePathRecord(body, key), oid } }));
  }

  /** Applies all changes or none. Returns null if one expected another record, or a ref that stays conflicts with a new one. */
  swap(changes: readonly PathChange[]): Map<PathKey, Oid> | null {
    const going = new Set(changes.flatMap(({ key, record }) => (record === null ? [key] : [])));
    const isPossible = changes.every(({ key, expected }) =>
      expected === null
        ? ![...this.#refs.keys()].some((other) => overlaps(key, other) && !going.has(other))
        : this.#refs.get(key)?.oid === expected.oid,
    );
    if (!isPossible) return null;
    const oids = new Map<PathKey, Oid>();
    for (const { key, expected, record } of changes) {
      if (record === null) {
        this.#refs.delete(key);
        continue;
      }
      const oid = (this.#bodies.size + 1).toString(16).padStart(40, 'f') as Oid;
      const target = { oid: expected?.oid ?? NOTHING, type: expected === null ? ('blob' as const) : ('tag' as const) };
      const body = encodePathRecord(record, target, TAGGER);
      this.#bodies.set(oid, body);
      this.#refs.set(key, { oid, body });
      oids.set(key, oid);
    }
    return oids;
  }
}
