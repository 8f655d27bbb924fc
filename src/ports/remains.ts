import type { Subject } from '../core/liveness/observation.ts';

/** What claims leave in a repository, besides what init installs. */
export type Remains = {
  /** The refs of claims that git-claim wrote. */
  readonly refs: readonly string[];
  /** Refs that keep work which is on no branch. */
  readonly keeping: readonly string[];
  /** Whether there is anything else: our folder, or settings. */
  readonly hasOther: boolean;
};

/** Finds and removes what claims leave in a repository. */
export interface RemainsBook {
  /** @param subjects the orders and encoded paths whose refs git-claim wrote */
  find(subjects: { readonly orders: readonly Subject[]; readonly paths: readonly string[] }): Promise<Remains>;
  /**
   * Ends the helpers, deletes the refs, our folders and settings. Refs that keep work stay.
   *
   * @throws ClaimError `git` if the refs could not be deleted
   */
  remove(remains: Remains): Promise<void>;
}
