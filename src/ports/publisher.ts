import type { Oid } from '../core/ids.ts';
import type { PublishedBranch } from './registry.ts';

/** Where a branch goes when it is published. */
export type Destination = {
  readonly branch: string;
  /** The remote's name in git's configuration, or its address. */
  readonly remote: string;
  /** The same as it may be shown: without the user and password that an address may contain. */
  readonly shown: string;
  /** Whether claims are shared through the very same repository, so that branch and claim can move there together. */
  readonly isWithClaims: boolean;
  /** Where the branch was there when somebody last looked; null if it was not seen there. */
  readonly seen: Oid | null;
  readonly hasUpstream: boolean;
};

/** Moves branches on the remotes that people's own git would push them to, always under their own names. */
export interface Publisher {
  /** Returns where branches go, in their order; null for each one where no remote is known. */
  destinationsOf(branches: readonly string[]): Promise<readonly (Destination | null)[]>;
  /**
   * Moves one branch, and nothing else. If the answer is lost, it asks the remote where the branch is.
   *
   * @throws ClaimError `remote` if the branch was not moved, or if nobody knows
   */
  push(branch: PublishedBranch): Promise<void>;
  /** Sets what a branch without upstream follows, as `git push --set-upstream` does. */
  setUpstream(destination: Destination): Promise<void>;
}
