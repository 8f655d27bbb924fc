import type { Oid } from '../../../core/ids.ts';
import { type FilePatches, isTakenIn, UNKNOWN } from '../../../core/trees/taken-in.ts';
import type { Git } from '../process.ts';
import { isInOne } from './file-merges.ts';
import { type FileChange, fileChanges, patches } from './tree-diffs.ts';

/** A branch that the default branch does not contain. */
export type OutsideBranch = {
  readonly tip: Oid;
  /** Where it left the default branch. */
  readonly fork: Oid;
  /** Its own commits. */
  readonly commits: readonly { readonly oid: string; readonly parents: readonly string[] }[];
};

/** How many commits of the default branch are considered: years of a busy project. */
const STEPS_MAX = 20_000;
/** A squash follows soon after its branch began, and a revert soon after that. A file's older changes are not compared. */
const PATCHES_PER_FILE_MAX = 30;
/** How many files are compared as text for one answer. Each takes a process and some 10 ms. */
const COMPARED_MAX = 100;
/** A branch with more commits is compared as a whole. */
const OWN_COMMITS_MAX = 100;
/** After this the answer is "not merged": nobody waits longer. */
const TIMEOUT_MS = 20_000;
/** Missing objects of a partial clone are not fetched, because nobody asked for the network. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

/** What the default branch did to a file. `place` counts its commits from the newest. */
type Touch = { readonly commit: string; readonly place: number; readonly before: string; readonly after: string };
type CandidateFile = FileChange & { readonly touches: readonly Touch[] };
type Candidate = OutsideBranch & { readonly files: readonly CandidateFile[] };

/**
 * Returns the tips of the branches whose work reached the default branch squashed, rebased or picked: see `isTakenIn`. If git
 * does not know, in a shallow clone perhaps, the branch is left out.
 *
 * @throws ClaimError `git` if git had to be stopped
 */
export async function takenIn(git: Git, main: Oid, branches: readonly OutsideBranch[]): Promise<ReadonlySet<Oid>> {
  const ask: Git = (args, options) => git(['--literal-pathspecs', ...args], { ...options, env: OFFLINE, timeoutMs: TIMEOUT_MS });
  const { candidates, steps } = await candidatesAmong(ask, main, branches);
  if (candidates.length === 0) return new Set();
  const reverted = await revertedAmong(ask, main, steps);
  let left = COMPARED_MAX;
  const taken = new Set<Oid>();
  for (const candidate of candidates) {
    // What could not be compared may have been a revert.
    let isBlind = false;
    const isIn = await isTakenIn(candidate.files, reverted, async (file, commits) => {
      left -= 1;
      const compared = left < 0 ? null : await comparedIn(ask, candidate, file, commits.slice(0, PATCHES_PER_FILE_MAX));
      isBlind ||= compared === null;
      return compared ?? UNKNOWN;
    });
    if (isIn && !isBlind && !(await hasLeftBehind(ask, main, candidate))) taken.add(candidate.tip);
  }
  return taken;
}

/**
 * Returns the branches whose every file the default branch has changed since they left it, with those
 * changes. The others cannot have been taken in.
 */
async function candidatesAmong(git: Git, main: Oid, branches: readonly OutsideBranch[]) {
  const listed = await git(['rev-list', '--first-parent', `--max-count=${STEPS_MAX}`, main]);
  const steps = String(listed.stdout).split('\n').slice(0, -1);
  const places = new Map(steps.map((oid, at) => [oid, at]));
  const since = await Promise.all(branches.map(async ({ fork }) => places.get(fork) ?? (await stepsSince(git, main, fork))));
  const own = await fileChanges(
    git,
    branches.map(({ tip, fork }) => `${tip} ${fork}`),
    null,
  );
  const newest = steps.slice(0, Math.max(0, ...since));
  const names = new Set(own.flatMap((files) => files.map(({ path }) => path)));
  if (newest.length === 0 || names.size === 0) return { candidates: [], steps: [] };
  const touches = new Map<string, Touch[]>();
  for (const [place, changes] of (await fileChanges(git, newest, names)).entries()) {
    for (const { path, was, is } of changes.filter((change) => names.has(change.path))) {
      const known = touches.get(path) ?? [];
      touches.set(path, known);
      known.unshift({ commit: newest[place] as string, place, before: was, after: is });
    }
  }
  const candidates = branches.map((branch, at): Candidate => {
    const ofBranch = ({ place }: Touch) => place < (since[at] as number);
    const files = (own[at] ?? []).map((file) => ({ ...file, touches: (touches.get(file.path) ?? []).filter(ofBranch) }));
    return { ...branch, files };
  });
  return {
    candidates: candidates.filter(({ files }) => files.length > 0 && files.every((file) => file.touches.length > 0)),
    steps: newest,
  };
}

/** Counts the steps since a fork off the first-parent line: a branch may have begun on another one that was merged later. */
async function stepsSince(git: Git, main: Oid, fork: Oid): Promise<number> {
  const { code, stdout } = await git(['rev-list', '--first-parent', '--count', main, `^${fork}`]);
  return code === 0 ? Math.min(Number(stdout), STEPS_MAX) : 0;
}

async function comparedIn(
  git: Git,
  branch: OutsideBranch,
  { path, was, is, touches }: CandidateFile,
  commits: readonly string[],
): Promise<FilePatches | null> {
  const { there, back } = linesOf(branch);
  const lines = [...there, ...back, ...commits];
  const told = await patches(git, lines, path);
  if (told.length !== lines.length) return null;
  const [whole = null, ...steps] = told.slice(0, there.length);
  const undone = told.slice(there.length, there.length + back.length);
  const ofCommits = told.slice(there.length + back.length);
  const like = touches.filter(({ commit }) => {
    const patch = ofCommits[commits.indexOf(commit)] ?? null;
    return patch !== null && (patch === whole || steps.includes(patch));
  });
  // Another place in the file may have looked the same and changed in the same way.
  const isThere =
    like.length > 0 && (await isInOne(git, [blobOf(was), blobOf(is)], like.map(({ after }) => blobOf(after)).reverse()));
  return {
    whole: isThere ? whole : null,
    steps: new Set(isThere ? steps.filter((patch) => patch !== null) : []),
    undone: new Set(undone.filter((patch) => patch !== null)),
    touches: new Map(commits.flatMap((commit, at) => (ofCommits[at] ? [[commit, ofCommits[at]] as const] : []))),
  };
}

function blobOf(version: string): string {
  return version.slice(version.indexOf(' ') + 1);
}

/**
 * Returns whether the branch undid everything it had done to a file while the default branch changed that file.
 * What it undid may have been taken in before.
 */
async function hasLeftBehind(git: Git, main: Oid, { fork, commits, files }: Candidate): Promise<boolean> {
  const plain = commits.filter(({ parents }) => parents.length < 2).map(({ oid }) => oid);
  const changes = await fileChanges(git, plain, null);
  const known = new Set(files.map(({ path }) => path));
  const undone = new Set(changes.flatMap((ofCommit) => ofCommit.map(({ path }) => path)).filter((path) => !known.has(path)));
  const [since] = undone.size === 0 ? [[]] : await fileChanges(git, [`${main} ${fork}`], undone);
  // If git does not know, it may be so.
  return changes.length !== plain.length || since === undefined || since.some(({ path }) => undone.has(path));
}

/** Pairs of commits to compare: a commit, and the one it is compared with. */
type Lines = {
  /** The whole branch first, then each of its commits. */
  readonly there: readonly string[];
  readonly back: readonly string[];
};

function linesOf({ tip, fork, commits }: OutsideBranch): Lines {
  // None of the commits contains what a merge changed by itself.
  const isStraight = commits.length <= OWN_COMMITS_MAX && commits.every(({ parents }) => parents.length === 1);
  const pairs = [[tip, fork], ...(isStraight ? commits.map(({ oid, parents }) => [oid, parents[0]]) : [])];
  return { there: pairs.map(([to, from]) => `${to} ${from}`), back: pairs.map(([to, from]) => `${from} ${to}`) };
}

/** Returns the commits that a later commit says it reverts, unless that one is reverted itself. */
async function revertedAmong(git: Git, main: Oid, steps: readonly string[]): Promise<ReadonlySet<string>> {
  const oldest = steps.at(-1);
  const asked = ['rev-list', '--topo-order', '--grep=^This reverts commit ', '--format=%x01%H%n%B', main];
  const { stdout } = await git(oldest === undefined ? asked : [...asked, `^${oldest}`]);
  const reverted = new Set<string>();
  for (const text of String(stdout).split('\x01').slice(1)) {
    const [oid = '', ...body] = text.split('\n');
    if (reverted.has(oid)) continue;
    for (const [, named = ''] of body.join('\n').matchAll(/^This reverts commit ([0-9a-f]{40,64})\b/gm)) reverted.add(named);
  }
  return reverted;
}
