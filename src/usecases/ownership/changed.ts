import type { Witnessed } from '../../core/claim/record.ts';
import type { ClaimPath } from '../../core/path.ts';
import type { Neighbour } from '../../core/paths/decide.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';

export type ChangedClaim = {
  readonly before: Witnessed | null;
  readonly now: Witnessed;
  /** Nothing had to be written: the claim was already as asked for. */
  readonly isAlready: boolean;
};

/** One path of a wish. */
export type ChangedPath = {
  readonly path: ClaimPath;
  /** Null: nobody claims it now. */
  readonly now: WitnessedPath | null;
  readonly isAlready: boolean;
  /** Another session's claim on this very path that was taken over. */
  readonly taken: WitnessedPath | null;
};

export type Changed = {
  readonly kind: 'changed';
  readonly claims: readonly ChangedClaim[];
  readonly paths: readonly ChangedPath[];
  /** Path claims that ended to make room for new ones: the asker's own inside a wider one, and others' whose holders are gone. */
  readonly cleared: readonly Neighbour[];
};
