/** The content of a path: mode and object, as git names them. A version of zeros means no file. */
type Version = string;

/** What one commit of the default branch did to a file. */
type Touch = { readonly commit: string; readonly before: Version; readonly after: Version };

/** A file that a branch changed, and what the default branch has done to it since they parted. */
export type BranchFile = {
  /** The version where the branch left the default branch. */
  readonly was: Version;
  readonly is: Version;
  /** The oldest first. */
  readonly touches: readonly Touch[];
};

/** Changes of one file as text, without their positions in it. Binary changes are in none of these. */
export type FilePatches = {
  /** The branch's whole change; null if it is binary. */
  readonly whole: string | null;
  /** The change of each of its commits; empty if they do not add up to the branch. */
  readonly steps: ReadonlySet<string>;
  /** The reverse of each of these changes. */
  readonly undone: ReadonlySet<string>;
  /** By commit of the default branch. */
  readonly touches: ReadonlyMap<string, string>;
};

/** The patches of a file whose changes were not compared. */
export const UNKNOWN: FilePatches = { whole: null, steps: new Set(), undone: new Set(), touches: new Map() };
const NO_FILE = /^0+ /;

type Compare<File> = (file: File, commits: readonly string[]) => Promise<FilePatches>;

/**
 * Returns whether the work of a branch reached the default branch through other commits than its own: squashed,
 * rebased or picked. That is so if each of its files either had the branch's exact version there, or was changed there
 * just as the branch (or each of its commits) changed it, and no later commit undid all of that. What else has
 * happened to a file since does not matter.
 *
 * @param reverted commits of the default branch that a later commit says it reverts
 * @param compare reads the changes of a file in the branch and in these commits; called as rarely as possible
 */
export async function isTakenIn<File extends BranchFile>(
  files: readonly File[],
  reverted: ReadonlySet<string>,
  compare: Compare<File>,
): Promise<boolean> {
  if (files.length === 0) return false;
  const common = inAll(files);
  for (const file of [...files].sort((one, other) => one.touches.length - other.touches.length)) {
    const brings = async (commits: readonly string[]) => isBrought(file, await compare(file, commits), reverted);
    if (isBrought(file, UNKNOWN, reverted) || (common.length > 0 && (await brings(common)))) continue;
    // A squash touches all files at once. Otherwise any commit may have brought this file.
    if (!(await brings(file.touches.map(({ commit }) => commit)))) return false;
  }
  if (files.some(({ is, touches }) => touches.at(-1)?.after === is)) return true;
  const undo = await lastUndo(files, common, compare);
  if (undo === null) return true;
  const later = files.map((file) => ({ ...file, touches: file.touches.slice(placeOf(undo, file) + 1) }));
  return isTakenIn(later, reverted, compare);
}

/** Returns the newest commit that undid what the branch did to each of its files, or null. */
async function lastUndo<File extends BranchFile>(files: readonly File[], common: readonly string[], compare: Compare<File>) {
  // Files that the branch added also disappear when they are moved. A real revert says so in its message.
  if (files.every(({ was }) => NO_FILE.test(was))) return null;
  let undoing = common;
  for (const file of files) {
    const isBack = (commit: string) => isBackAsBefore(file, commit);
    const { undone, touches } = undoing.every(isBack) ? UNKNOWN : await compare(file, undoing);
    undoing = undoing.filter((commit) => isBack(commit) || undone.has(touches.get(commit) ?? ''));
  }
  return undoing.at(-1) ?? null;
}

function isBackAsBefore(file: BranchFile, commit: string): boolean {
  const { was, is, touches } = file;
  const after = touches[placeOf(commit, file)]?.after;
  return after === was || touches.some((touch) => touch.after === is && touch.before === after);
}

/** Returns the commits that touch every file, the oldest first. */
function inAll(files: readonly BranchFile[]): string[] {
  const [first, ...others] = files.map(({ touches }) => touches.map(({ commit }) => commit));
  const sets = others.map((commits) => new Set(commits));
  return (first ?? []).filter((commit) => sets.every((set) => set.has(commit)));
}

function isBrought(
  { is, touches }: BranchFile,
  { whole, steps, touches: patches }: FilePatches,
  reverted: ReadonlySet<string>,
): boolean {
  const taken = new Set<string>();
  return touches.some(({ commit, after }) => {
    if (reverted.has(commit)) return false;
    const patch = patches.get(commit);
    if (patch !== undefined && steps.has(patch)) taken.add(patch);
    return after === is || (patch !== undefined && patch === whole) || (steps.size > 0 && taken.size === steps.size);
  });
}

function placeOf(commit: string, { touches }: BranchFile): number {
  return touches.findIndex((touch) => touch.commit === commit);
}
