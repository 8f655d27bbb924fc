import type { Oid } from '../../core/ids.ts';
import { decodePathRecord, encodePathRecord } from '../../core/paths/codec.ts';
import { type ClaimPath, overlaps, type PathKey, pathKey } from '../../core/paths/path.ts';
import type { PathChange, PathRegistry, PathStanding, StandingPath } from '../../ports/path-registry.ts';

const TAGGER = { name: 'git-claim', email: 'git-claim@localhost', epochSeconds: 0 };
const NOTHING = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as Oid;

/** The path refs without a disk. */
export class MemoryPathRegistry implements PathRegistry {
  readonly #refs = new Map<PathKey, { readonly oid: Oid; readonly body: string }>();
  #written = 0;

  async survey(): Promise<PathStanding> {
    return { paths: this.standing(), strangers: [] };
  }

  keyOf(path: ClaimPath): PathKey {
    return pathKey(path, false);
  }

  standing(): StandingPath[] {
    const refs = [...this.#refs].sort(([one], [other]) => (one < other ? -1 : 1));
    return refs.map(([key, { oid, body }]) => ({ key, reading: { ...decodePathRecord(body, key), oid } }));
  }

  /** Applies all changes or none; null where one of them saw something else, or something that stays stands above or below a new one. */
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
      this.#written += 1;
      const oid = this.#written.toString(16).padStart(40, 'f') as Oid;
      const target = { oid: expected?.oid ?? NOTHING, type: expected === null ? ('blob' as const) : ('tag' as const) };
      this.#refs.set(key, { oid, body: encodePathRecord(record, target, TAGGER) });
      oids.set(key, oid);
    }
    return oids;
  }
}
