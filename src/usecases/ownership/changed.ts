import type { Witnessed } from '../../core/claim/record.ts';
import type { ClaimPath } from '../../core/path.ts';
import type { Neighbour } from '../../core/paths/decide.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';

export type ChangedClaim = {
  readonly before: Witnessed | null;
  readonly now: Witnessed;
  /** Whether nothing had to be written, because the claim already was as asked for. */
  readonly isAlready: boolean;
};

/** One path of a wish. */
export type ChangedPath = {
  readonly path: ClaimPath;
  /** Null if nobody claims it now. */
  readonly now: WitnessedPath | null;
  readonly isAlready: boolean;
  /** Another session's claim on exactly this path that was taken over; else null. */
  readonly taken: WitnessedPath | null;
};

export type Changed = {
  readonly kind: 'changed';
  readonly claims: readonly ChangedClaim[];
  readonly paths: readonly ChangedPath[];
  /** Path claims that ended because they conflicted with new ones: the caller's own, and those of dead or silent holders. */
  readonly cleared: readonly Neighbour[];
};
