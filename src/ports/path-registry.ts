import type { Oid } from '../core/ids.ts';
import type { ClaimPath, PathKey } from '../core/path.ts';
import type { PathRecord, WitnessedPath } from '../core/paths/record.ts';

/** What stands at one path ref. What cannot be read is never free. */
type PathReading =
  | ({ readonly kind: 'record' } & WitnessedPath)
  | { readonly kind: 'foreign'; readonly oid: Oid | null; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

export type StandingPath = { readonly key: PathKey; readonly reading: PathReading };

export type PathStanding = {
  /** Path claims and refs that are not understood, in the order of their names. */
  readonly paths: readonly StandingPath[];
  /** Refs under the prefix whose name stands for no path. */
  readonly strangers: readonly string[];
};

/** One path's part of a swap: over exactly this witness, or where nothing is in its way. */
export type PathChange = {
  readonly key: PathKey;
  /** What was seen; null: there must be no claim on it, on a folder it lies in, or on anything in it, but those that end in the same swap. */
  readonly expected: WitnessedPath | null;
  /** Null: the claim ends, and its ref goes. */
  readonly record: PathRecord | null;
};

/**
 * The path refs. They are written by `Registry.swap` alone, together with the claim refs.
 *
 * Who only wants to know whether there are any need not ask: `git for-each-ref --count=1 --format=x refs/claim-paths` prints nothing
 * where there is none (2 ms, packed and reftable included; the folder lies beside the one `claim.refPrefix` names), and with
 * `--format='%(contents:trailers:key=Session-Key,valueonly,separator=)'` and without the count, whose they are. What a list of files means to them,
 * with the liveness of their holders, says `usecases/path-overlaps.ts`.
 */
export interface PathRegistry {
  /** Reads all path refs with one git process. */
  survey(): Promise<PathStanding>;
  /** Returns the record of a path that was read there, and those below it, newest first. */
  history(key: PathKey, oid: Oid, limit: number): Promise<WitnessedPath[]>;
  /** Returns what a path is compared by: on a disk that folds case, its lower case. */
  keyOf(path: ClaimPath): PathKey;
}
