import type { Oid } from '../ids.ts';
import type { CheckedCommit } from './facts.ts';

/** What somebody works on: a branch as it is now. */
export type Work = {
  readonly tip: Oid | null;
  /** Null for a detached HEAD. */
  readonly branch: string | null;
  /** When the work began, in milliseconds since the epoch; null if that is unknown. */
  readonly sinceMs: number | null;
};

/** Commits have whole seconds. */
const DATED_TO_MS = 1_000;

/**
 * Returns the commits that somebody's work began from or has taken in. What another session commits on the very branch meanwhile
 * is in its history too, and is none of them.
 *
 * @param parents of the commits that are known. A commit to which they do not lead counts as not taken in.
 */
export function commitsTakenIn(
  { tip, branch, sinceMs }: Work,
  commits: readonly Pick<CheckedCommit, 'oid' | 'branch' | 'atMs'>[],
  parents: ReadonlyMap<Oid, readonly Oid[]>,
): ReadonlySet<Oid> {
  const reached = new Set(tip === null ? [] : [tip]);
  for (const oid of reached) for (const parent of parents.get(oid) ?? []) reached.add(parent);
  const isEarlier = (atMs: number) => sinceMs !== null && atMs + DATED_TO_MS <= sinceMs;
  const had = commits.filter((one) => reached.has(one.oid) && (one.branch !== branch || isEarlier(one.atMs)));
  return new Set(had.map(({ oid }) => oid));
}
