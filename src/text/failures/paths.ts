import type { PathFailure, PathTrouble } from '../../core/failures/paths.ts';
import { formatDuration } from '../../core/time.ts';
import { inQuotes, type Words } from './wording.ts';

/** A path is shown longer than a name is. */
const SHOWN_MAX = 200;

export const PATH_WORDS: Words<PathFailure> = {
  'path-beyond-link': ({ text, link }) => ({
    says: `${shownPath(text)} is beyond the symbolic link ${JSON.stringify(link)}`,
    hint: 'name the path that it leads to',
  }),
  'path-empty': () => ({ says: 'an empty path names nothing', hint: NAME_ONE }),
  'path-in-repository': ({ text, folder }) => ({
    says: `${shownPath(text)} lies in a repository or worktree of its own, ${JSON.stringify(folder)}`,
    hint: `claim ${folder} as a whole, or run the command in there`,
  }),
  'path-is-order': ({ text, order }) => ({
    says: `${text} is an order, not a file: nothing was claimed`,
    hint: `git claim ${order} claims it; git claim path ./${text} claims a file of that name`,
  }),
  'path-is-worktree': ({ text }) => ({ says: `${shownPath(text)} is the whole worktree`, hint: NAME_SOME }),
  'path-outside': ({ text, topLevel }) => ({
    says: `${shownPath(text)} lies outside the worktree`,
    hint: `paths are those of ${topLevel}`,
  }),
  'path-unclaimable': ({ text, why }) => ({
    says: `${shownPath(text)} cannot be claimed: ${TROUBLES[why][0]}`,
    hint: TROUBLES[why][1],
  }),
  'path-with-several-orders': ({ first }) => ({
    says: '--path goes with one order, and several are named',
    hint: `claim them first, then: git claim --path <path> ${first}`,
  }),
  'path-without-worktree': () => ({
    says: 'there is no worktree here, and paths are those of one',
    hint: 'run it in a worktree; git claim worktree list shows them',
  }),
  'too-many-paths': ({ max }) => ({ says: `more than ${max} paths in one command` }),
  'too-many-paths-of-order': ({ order, count, max }) => ({
    says: `${order} would have ${count} paths, and a claim names ${max} at most`,
    hint: 'claim the folders they lie in',
  }),
  'ttl-too-short': ({ ttlMs, minMs }) => ({
    says: `a TTL of ${formatDuration(ttlMs)} is shorter than this session can keep a claim alive`,
    hint: `it must be longer than ${formatDuration(minMs)}`,
  }),
};

const NAME_ONE = 'name a file or folder of the worktree';
const NAME_SOME = 'name files or folders in it; git claim <order> claims a piece of work';

const TROUBLES: Readonly<Record<PathTrouble, readonly [says: string, hint: string]>> = {
  'gits-own': ["it is git's own", NAME_ONE],
  'not-below': ['it is no path below the top level', NAME_ONE],
  'not-utf8': ['its name is not UTF-8', 'claim the folder it lies in'],
  'too-long': ['its name is too long for a ref', 'claim a folder above it'],
  'whole-repository': ['it is the whole repository', NAME_SOME],
};

function shownPath(text: string): string {
  return inQuotes(text, SHOWN_MAX);
}
