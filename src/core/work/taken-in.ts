/** What stands at a path: mode and object, as git names them; a version of zeros is no file. */
type Version = string;

/** What one commit of the default branch did to a file. */
type Touch = {
  readonly commit: string;
  readonly before: Version;
  readonly after: Version;
  /** The change as text, wherever in the file it is made; null where that is not known. */
  readonly patch: string | null;
};

/** A file that a branch changed, and what the default branch did to it since the branch left it. */
export type BranchFile = {
  /** Where the branch left the default branch. */
  readonly was: Version;
  readonly is: Version;
  /** The branch's whole change of the file; null where that is no text. */
  readonly whole: string | null;
  /** The change of each of its commits; none where they do not add up to the branch. */
  readonly steps: ReadonlySet<string>;
  /** All of these changes, undone. */
  readonly undone: ReadonlySet<string>;
  /** The oldest first. */
  readonly touches: readonly Touch[];
};

/**
 * Tells whether the work of a branch came to the default branch by other commits than its own: squashed, rebased or picked. That is so when each of
 * its files either had the branch's very version there, or was changed there just as the branch (or each of its commits) changed it, and
 * not all of that was undone again. What else happened to a file since is no matter.
 *
 * @param reverted commits of the default branch that a later one says it reverts
 */
export function isTakenIn(files: readonly BranchFile[], reverted: ReadonlySet<string>): boolean {
  const fates = files.map((file) => fateOf(file, reverted));
  return !fates.includes('missing') && fates.includes('there');
}

function fateOf({ was, is, whole, steps, undone, touches }: BranchFile, reverted: ReadonlySet<string>) {
  let fate: 'missing' | 'there' | 'undone' = 'missing';
  let versionBefore: Version | null = null;
  const taken = new Set<string>();
  for (const { commit, before, after, patch } of touches) {
    const isReverted = reverted.has(commit);
    const isStep = patch !== null && steps.has(patch) && !isReverted;
    if (isStep) taken.add(patch);
    const isWhole = (after === is || (patch !== null && patch === whole)) && !isReverted;
    if (isWhole || (isStep && taken.size === steps.size)) {
      fate = 'there';
      versionBefore = before;
    } else if (after === was || after === versionBefore || (patch !== null && undone.has(patch))) {
      if (fate === 'there') fate = 'undone';
      taken.clear();
    }
  }
  return fate;
}
