import { decodePathMessage, decodePathRecord } from '../../core/paths/codec.ts';
import { type ClaimPath, type PathKey, pathKey } from '../../core/paths/path.ts';
import { keyOfRef } from '../../core/paths/refs.ts';
import type { PathRegistry, PathStanding, StandingPath } from '../../ports/path-registry.ts';
import type { Repository } from './repository.ts';
import { type SurveyedRef, surveyRefs, unknown } from './survey.ts';

/** The path refs of one repository. They are written with the claim refs: see swap-claims.ts. */
export class GitPathRegistry implements PathRegistry {
  readonly #repository: Repository;
  readonly #prefix: string;

  constructor(repository: Repository, prefix: string) {
    this.#repository = repository;
    this.#prefix = prefix;
  }

  async survey(): Promise<PathStanding> {
    const surveyed = await surveyRefs(this.#repository, [this.#prefix.slice(0, -1)]);
    if (surveyed.kind === 'failed') throw unknown(surveyed.why);
    const strangers: string[] = [];
    const paths: StandingPath[] = [];
    for (const one of surveyed.refs) {
      const path = standingPath(one, this.#prefix);
      if (path === null) strangers.push(one.ref);
      else paths.push(path);
    }
    return { paths, strangers };
  }

  keyOf(path: ClaimPath): PathKey {
    return pathKey(path, foldsCase(this.#repository));
  }
}

/** Reads a ref as that of a path claim; null when its name is no path's. */
export function standingPath({ ref, read }: SurveyedRef, prefix: string): StandingPath | null {
  const key = keyOfRef(prefix, ref);
  if (key === null) return null;
  const reading = read({
    body: (text) => decodePathRecord(text, key),
    message: (text, target) => decodePathMessage(text, key, target),
  });
  return { key, reading };
}

/** Git asks the disk when it makes a repository. */
function foldsCase({ config }: Repository): boolean {
  return config.isTrue('core.ignorecase');
}
