import type { ModeReport, SilentHook, Symptom } from '../core/doctor/symptom.ts';
import { oneLine } from '../core/line.ts';
import { formatDuration } from '../core/time.ts';
import { DOUBLED } from './clones.ts';
import { complaintText, otherRemoteText } from './committed.ts';
import { unfitText } from './failures/remote.ts';

/** More names would hide what the line says. */
const UNSENT_MAX = 6;

/** Says in one clause what was found. */
export function symptomMessage({ about, order }: Symptom): string {
  switch (about.what) {
    case 'not-set-up':
      return 'git claim init was not run here: no hook checks commits and pushes';
    case 'other-clone':
      return 'this is another clone of the same repository: claims made there are seen here only if both share them through a remote (claim.remote)';
    case 'rewound':
      return `${about.remote} shows an older state of ${order} than it did before, or none: it was restored from a backup, perhaps`;
    case 'clone-doubled':
      return `${about.remote}: ${DOUBLED}`;
    case 'unsent':
      return `${about.remote} has not taken these yet: ${firstOf(about.names, UNSENT_MAX)}`;
    case 'no-boot-id':
      return 'this system has no boot id, so no holder can be proved dead';
    case 'files':
      return `${WRONG[about.wrong]}: ${about.names.join(', ')}`;
    case 'silent-hooks':
      return `git-claim's hooks do not run in ${treesOf(about.trees).join('')}: ${silence(about.why)} (${about.hooks.join(', ')})`;
    case 'hooks-folder': {
      const { folder, trees } = about;
      const [where, list] = treesOf(trees);
      return `the hooks of ${folder} do not run in ${where}: the folder is missing there, and each worktree needs its own${list}`;
    }
    case 'unclear-index':
      return "git's index is split, sparse or a link here, so order files that git tracks show no claims";
    case 'no-hooks-folder':
      return `core.hooksPath is ${about.path}, which is no folder, so no other hook runs here`;
    case 'dangling-hooks':
      return `these hooks are links that lead nowhere, so git passes over them: ${about.names.join(', ')}`;
    case 'agents-file':
      return "git-claim's part for coding agents is not as init would add it today";
    case 'lock':
      return about.why === null ? 'a killed git process left this lock behind' : `this lock may be in the way: ${about.why}`;
    case 'foreign-ref':
      return `${order ?? about.ref} is foreign, and counts as taken: ${about.why ?? 'its name is not an order id'}`;
    case 'cache':
      return `signs of life are not recorded: ${about.trouble.said}`;
    case 'missing-worktree':
      return `${order} is held by ${about.holder}, but its worktree is gone`;
    case 'pruning-remote':
      return `${oneLine(about.refspec)} is what git fetch ${oneLine(about.remote)} writes: with --prune it deletes every claim`;
    case 'no-such-remote':
      return `claim.remote is ${oneLine(about.remote)}, which is neither a remote nor an address: nothing can be claimed`;
    case 'remote-unfit':
      return unfitText(about.remote, about.why);
    case 'remote-unreachable':
      return `${oneLine(about.remote)} cannot be reached, so nothing can be claimed but with --offline: ${about.said ?? 'it did not answer in time'}`;
    case 'ownerless-work':
      return `${about.ref} keeps ${about.isMerged ? 'finished work that is merged' : 'finished work that is not merged'}, but ${order} has no record: somebody deleted its claim, or changed claim.refPrefix`;
    case 'unclaimed-worktree':
      return about.isListed
        ? `the worktree of ${order} is gone, but git still lists it`
        : `this is the worktree of ${order}, which nobody holds`;
    case 'lost-worktree': {
      const kept = about.branch === null ? '' : `, so nobody can check out ${about.branch}`;
      return `this worktree is gone, and another tool has locked it${about.reason === '' ? '' : ` ("${oneLine(about.reason)}")`}${kept}`;
    }
    case 'copied-worktree':
      return `this folder is a copy of ${about.original}: git in either changes the index and branch of both`;
    case 'others-worktree':
      return 'git lists this worktree here, but it belongs to another repository, of which this one may be a copy';
    case 'no-git-file':
      return 'git lists this folder as a worktree, but its file .git is gone, so no git command works there';
    case 'inner-worktree':
      return 'this worktree lies inside another one, where git add --all stages it as an embedded repository';
    case 'bare':
      return 'core.bare is set here, so no git command works in this worktree';
    case 'completed-worktree':
      return about.isMerged
        ? `this is the worktree of ${order}, which is completed and merged`
        : `${order} is completed and waits to be merged${about.branch === null ? '' : ` (branch ${about.branch})`}`;
    case 'unwritable':
      return `nothing can be written here (${about.said}), so nothing can be claimed, committed or recorded`;
    case 'future-record':
      return `${order} was written at ${about.at}, which is in the future here: the clock of ${about.host} or of this machine is wrong`;
    case 'file-clock': {
      const seconds = Math.round(Math.abs(about.aheadMs) / 1000);
      return `the file system's clock is ${seconds} s ${about.aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
    }
    case 'letter-case':
      return `the disk treats A and a as ${about.foldsCase ? 'one name' : 'two names'}, but git's configuration says otherwise`;
    case 'version':
      return `${about.git}, Node.js ${about.node}${about.driver === null ? '' : `, SQLite of ${about.driver}`}`;
    case 'committed':
      return complaintText(about.complaint);
    case 'other-remote':
      return otherRemoteText(about);
    case 'gate-lowered':
      return `${about.key} was lowered from ${about.from} to ${about.to} by something other than git claim init`;
    case 'mended':
      return `git-claim's hooks were put back ${about.times === 1 ? 'once' : `${about.times} times`} after something removed or displaced them, last at ${about.at}: until then, nothing was checked`;
    case 'mode':
      return `in ${about.mode} mode${about.isSince ? ' for' : '; in the last'} ${formatDuration(about.forMs)}: ${counted(about)}`;
  }
}

const WRONG = {
  write: 'not as git claim init left them',
  move: "somebody else's, where git-claim's should be",
  remove: 'left over',
} as const;

function silence(why: SilentHook): string {
  switch (why.kind) {
    case 'no-programs':
      return 'their file system does not allow programs to run';
    case 'no-package':
      return 'the package they call is gone';
    case 'not-found':
      return 'git does not find them';
    case 'other-folder':
      return `core.hooksPath is ${why.folder} there`;
    case 'not-executable':
      return `${why.path} is not executable`;
    case 'missing':
      return `${why.path} is missing`;
    case 'replaced':
      return `${why.path} is not git-claim's`;
    case 'failed':
      return why.said;
  }
}

function treesOf(trees: readonly string[] | null): readonly [where: string, list: string] {
  return trees === null ? ['this worktree', ''] : [`${trees.length} worktrees`, ` (${firstOf(trees, TREES_NAMED)})`];
}

/** Worktrees that are named; the others are counted. */
const TREES_NAMED = 5;

function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  return [...names.slice(0, most), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Returns, for example, `14 warnings, 2 overridden`. */
function counted({ counts: { warned, overridden, refused, bypassed } }: ModeReport): string {
  return [
    `${warned} warning${warned === 1 ? '' : 's'}`,
    `${overridden} overridden`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(bypassed > 0 ? [`${bypassed} bypassed by a person`] : []),
  ].join(', ');
}
