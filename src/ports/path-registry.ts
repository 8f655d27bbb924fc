import type { Oid } from '../core/ids.ts';
import type { ClaimPath, PathKey } from '../core/path.ts';
import type { PathRecord, WitnessedPath } from '../core/paths/record.ts';
import type { RefReading } from '../core/record/witness.ts';

/** The content of one path ref. */
export type SurveyedPath = { readonly key: PathKey; readonly reading: RefReading<PathRecord> };

export type PathSurvey = {
  /** Path claims, and refs that are not understood, sorted by name. */
  readonly paths: readonly SurveyedPath[];
  /** Refs under the prefix whose names are not encoded paths. */
  readonly strangers: readonly string[];
};

/** One path's part of a swap. */
export type PathChange = {
  readonly key: PathKey;
  /**
   * What was seen and must still be current. Null: no claim may exist on the path, on a folder above it or on anything in it,
   * except claims that end in the same swap.
   */
  readonly expected: WitnessedPath | null;
  /** Null: the claim ends, and its ref is deleted. */
  readonly record: PathRecord | null;
};

/**
 * The path refs. Only `Registry.swap` writes them, together with the claim refs.
 *
 * A script finds out without Node whether any path claim exists: if none does, `git for-each-ref --count=1 --format=x
 * refs/claim-paths` prints nothing (2 ms; the folder is beside the one that `claim.refPrefix` names). For the files that lie in
 * path claims, with the liveness of the holders, see `usecases/evidence/path-overlaps.ts`.
 */
export interface PathRegistry {
  /** Reads all path refs, or those of the named paths, with one git process. */
  survey(keys?: readonly PathKey[]): Promise<PathSurvey>;
  /** Returns the record of a path at `oid` and its predecessors, newest first. */
  history(key: PathKey, oid: Oid, limit: number): Promise<WitnessedPath[]>;
  /** Returns the key that paths are compared by: lower case on a disk that folds case. */
  keyOf(path: ClaimPath): PathKey;
}
