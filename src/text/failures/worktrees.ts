import type { WorktreeFailure } from '../../core/failures/worktrees.ts';
import { inQuotes, type Words } from './wording.ts';

/** How many changed files a sentence names. */
const FILES_MAX = 3;

export const WORKTREE_WORDS: Words<WorktreeFailure> = {
  'base-unknown': ({ text }) => ({
    says: `--on ${inQuotes(text, 80)} names no commit`,
    hint: 'git branch --all lists the branches',
  }),
  'copied-worktree': ({ command, original }) => ({
    says: `this folder is a copy of the worktree ${original}: git in either changes the index and branch of both`,
    hint: `work in ${original}, or name the order that git claim ${command} is about`,
  }),
  'inner-repository': ({ worktree, folder }) => ({
    says: `${folder} is a repository of its own, whose work no ref here can keep`,
    hint: `save the work in ${worktree}/${folder} and move that folder away first`,
  }),
  'install-without-worktree': () => ({ says: 'there is no worktree here to write files in' }),
  'no-commit': () => ({
    says: 'this repository has no commit a branch could start from',
    hint: 'make a first commit, or claim for this worktree: git claim --no-worktree <order>',
  }),
  'no-own-worktree': ({ order }) => ({
    says: `${order} has no worktree of its own`,
    hint: 'git claim worktree list shows those that exist',
  }),
  'setup-by-agent': () => ({
    says: 'only a person may agree to setup commands',
    hint: 'ask one to run git claim worktree trust in a terminal of their own',
  }),
  'setup-not-agreed': () => ({ says: 'nothing was agreed to' }),
  'unsaved-work': ({ order, path, files, commits }) => ({
    says: `${path} has work that would be lost: ${lossOf(files, commits)}`,
    hint: `commit and push it, or git claim worktree remove --save ${order}, which keeps everything under a ref first`,
  }),
  'work-forked': ({ order, branch, actual, worktree }) => ({
    says: `${order} has work on ${branch} that ${actual ?? 'HEAD'} of its worktree lacks, and the other way round`,
    hint: `in ${worktree}: git merge ${branch}, or git switch ${branch} if only that is the work; then complete it`,
  }),
  'work-not-kept': ({ order, said }) => ({ says: `the work on ${order} could not be kept: ${said}` }),
  'work-not-saved': ({ path, said }) => ({ says: `the work in ${path} could not be saved: ${said}` }),
  'worktree-not-finished': ({ path, said }) => ({ says: `git cannot finish the worktree ${path}: ${said}` }),
  'worktree-not-removed': ({ path, said }) => ({ says: `git did not remove ${path}: ${said}` }),
  'worktrees-unlisted': ({ said }) => ({ says: `git cannot list the worktrees: ${said}` }),
};

function lossOf(files: readonly string[], commits: number): string {
  const count = files.length;
  const changed = `${count} changed file${count === 1 ? '' : 's'} (${files.slice(0, FILES_MAX).join(', ')})`;
  const only = commits === 1 ? '1 commit that exists nowhere else' : `${commits} commits that exist nowhere else`;
  return [...(count > 0 ? [changed] : []), ...(commits > 0 ? [only] : [])].join(' and ');
}
