import type { Oid } from '../../../core/ids.ts';
import { type ClaimPath, type PathKey, pathKey } from '../../../core/path.ts';
import type { WitnessedPath } from '../../../core/paths/record.ts';
import { guardRef, keyOfRef, pathPatterns, pathRef } from '../../../core/paths/refs.ts';
import { PATH_CODEC } from '../../../core/paths/trailers.ts';
import type { PathRegistry, PathSurvey, SurveyedPath } from '../../../ports/path-registry.ts';
import { chainOf, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import type { Mutex } from './stale-locks.ts';
import { readFound, type SurveyedRef, surveyRefs, unknown } from './survey.ts';

/** The path refs of one repository. They are written together with the claim refs: see swap-claims.ts. */
export class GitPathRegistry implements PathRegistry {
  readonly #repository: Repository;
  readonly #prefix: string;
  readonly #mutex: Mutex;

  constructor(repository: Repository, prefix: string, mutex: Mutex) {
    this.#repository = repository;
    this.#prefix = prefix;
    this.#mutex = mutex;
  }

  async survey(keys?: readonly PathKey[]): Promise<PathSurvey> {
    const surveyed = await surveyRefs(
      this.#repository,
      keys === undefined
        ? pathPatterns(this.#prefix)
        : [...keys.map((key) => pathRef(this.#prefix, key)), guardRef(this.#prefix)],
      (one) => surveyedPath(one, this.#prefix) ?? one,
    );
    if (surveyed.kind === 'failed') throw unknown(surveyed.why);
    const { kept } = surveyed;
    const paths = kept.filter((one) => 'key' in one);
    const strangers = kept.filter((one) => 'ref' in one);
    if (strangers.length === 0) return { paths, strangers: [] };
    const { withPending } = await import('./swap-in-two.ts');
    return withPending(this.#repository, this.#prefix, paths, strangers, this.#mutex);
  }

  async history(key: PathKey, oid: Oid, limit: number): Promise<WitnessedPath[]> {
    const { git } = this.#repository;
    const found = await readObjects(git, (await chainOf(git, [oid])).slice(0, limit));
    return found.flatMap((object) => {
      const reading = object === null ? null : readFound(object, PATH_CODEC, key);
      return reading?.kind === 'record' ? [{ oid: reading.oid, previous: reading.previous, record: reading.record }] : [];
    });
  }

  keyOf(path: ClaimPath): PathKey {
    return pathKey(path, foldsCase(this.#repository));
  }
}

/** Reads a ref as a path claim; null if its name encodes no path. */
export function surveyedPath(one: SurveyedRef, prefix: string): SurveyedPath | null {
  const key = keyOfRef(prefix, one.ref);
  return key === null ? null : { key, reading: one.read(PATH_CODEC, key) };
}

/** Returns whether the disk folds case, as git found out when it created the repository. */
function foldsCase({ config }: Repository): boolean {
  return config.isTrue('core.ignorecase');
}
