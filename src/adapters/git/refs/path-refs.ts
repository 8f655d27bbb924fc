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
import type { Swapper } from './swap.ts';

/** The path refs of one repository. They are written together with the claim refs: see swap-claims.ts. */
export class GitPathRegistry implements PathRegistry {
  readonly #repository: Repository;
  readonly #prefix: string;
  readonly #mutex: Mutex;
  readonly #shared: SharedRefs | null;

  constructor(repository: Repository, prefix: string, mutex: Mutex, shared: SharedRefs | null = null) {
    this.#shared = shared;
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
    return completed(this.#repository, this.#prefix, paths, strangers, this.#mutex, this.#shared);
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

/** Where claims are shared: how their refs move. */
export type SharedRefs = { swapper(): Promise<Swapper> };

/**
 * Returns the path refs after completing a change of them that was left half done. Where claims are shared, only who writes
 * completes it, because that needs the remote.
 */
export async function completed(
  repository: Repository,
  prefix: string,
  paths: readonly SurveyedPath[],
  strangers: readonly SurveyedRef[],
  mutex: Mutex,
  shared: SharedRefs | null,
): Promise<PathSurvey> {
  const { withPending } = await import('./swap-in-two.ts');
  const swap = shared === null ? (await import('./swap.ts')).swapRefs : null;
  return withPending(repository, prefix, paths, strangers, mutex, swap);
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
