import type { Oid, SessionId } from '../ids.ts';

/** A commit older than this is history, which everybody has read. */
export const REPEATED_MS = 10 * 60_000;

/** A commit that may be the same work, as far as it was examined. */
export type Candidate = {
  readonly oid: Oid;
  /** Its `Claim-Session` trailer. */
  readonly session: string | null;
  readonly files: readonly string[];
  /** Identifies its change; null if that was not computed. */
  readonly patch: string | null;
  /** HEAD contains it. The same change on top of it is a different one. */
  readonly isHere: boolean;
};

/** What is staged. */
export type Staged = { readonly files: readonly string[]; readonly patch: string | null };

/** The same work, which another session did a moment ago. `files` are those that both touch. */
export type Repeated<C extends Candidate> = {
  readonly rule: 'shipped' | 'overlap';
  readonly commit: C;
  readonly files: readonly string[];
};

/**
 * Finds the newest commit of another session that makes exactly the staged change, or else the newest that touches the same
 * files. If nothing is staged, the newest commit at HEAD counts: it may be what was staged.
 *
 * @param me the short name of the session at work; null for a person without one, whose commits carry no name either
 */
export function findRepeated<C extends Candidate>(
  staged: Staged,
  recent: readonly C[],
  me: SessionId | null,
): Repeated<C> | null {
  const others = recent.filter(({ session }) => session !== me);
  const shipped = others.find(({ patch, isHere }) => !isHere && patch !== null && patch === staged.patch);
  if (shipped !== undefined) return { rule: 'shipped', commit: shipped, files: shipped.files };
  const named = others.filter(({ session }) => session !== null);
  const last = staged.files.length === 0 ? named.find(({ isHere }) => isHere) : undefined;
  const touching = last ?? named.find(({ files }) => files.some((file) => staged.files.includes(file)));
  if (touching === undefined) return null;
  return { rule: 'overlap', commit: touching, files: touching.files.filter((file) => staged.files.includes(file)) };
}
