import type { Oid } from '../../core/ids.ts';
import { type ClaimPath, overlaps, type PathKey, pathKey } from '../../core/path.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import { PATH_CODEC } from '../../core/paths/trailers.ts';
import type { PathChange, PathRegistry, PathSurvey, SurveyedPath } from '../../ports/path-registry.ts';
import { MemoryRecords } from './records.ts';

/** The path refs without a disk. */
export class MemoryPathRegistry implements PathRegistry {
  readonly #records = new MemoryRecords(PATH_CODEC, 'f');
  readonly #refs = new Map<PathKey, Oid>();

  async survey(keys?: readonly PathKey[]): Promise<PathSurvey> {
    return { paths: this.current().filter(({ key }) => keys === undefined || keys.includes(key)), strangers: [] };
  }

  async history(key: PathKey, oid: Oid, limit: number): Promise<WitnessedPath[]> {
    return this.#records.chain(oid, key, limit);
  }

  keyOf(path: ClaimPath): PathKey {
    return pathKey(path, false);
  }

  current(): SurveyedPath[] {
    const refs = [...this.#refs].sort(([one], [other]) => (one < other ? -1 : 1));
    return refs.map(([key, oid]) => ({ key, reading: this.#records.at(oid, key) }));
  }

  /**
   * Applies all changes or none. Returns null if one expected another record, or if a path
   * claim that stays conflicts with a new one.
   */
  swap(changes: readonly PathChange[]): Map<PathKey, Oid> | null {
    const going = new Set(changes.flatMap(({ key, record }) => (record === null ? [key] : [])));
    const isPossible = changes.every(({ key, expected }) =>
      expected === null
        ? ![...this.#refs.keys()].some((other) => overlaps(key, other) && !going.has(other))
        : this.#refs.get(key) === expected.oid,
    );
    if (!isPossible) return null;
    const oids = new Map<PathKey, Oid>();
    for (const { key, expected, record } of changes) {
      if (record === null) {
        this.#refs.delete(key);
        continue;
      }
      const oid = this.#records.add(record, expected);
      this.#refs.set(key, oid);
      oids.set(key, oid);
    }
    return oids;
  }
}
