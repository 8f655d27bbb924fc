import type { InnerWork } from '../../core/failures/why.ts';
import type { WorktreeFailure } from '../../core/failures/worktrees.ts';
import { firstOf, inQuotes, type Words } from './wording.ts';

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
  'inner-work': ({ worktree, inner }) => ({
    says: `${worktree} contains work that no ref here can keep`,
    reasons: inner.map(innerText),
    hint: innerHint(worktree, inner),
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
  'setup-not-agreed': () => ({ says: 'not agreed; nothing changed' }),
  'unsaved-work': ({ order, path, ...work }) => ({
    says: `${path} has work that would be lost: ${lossOf(work)}`,
    hint: `commit it, or git claim worktree remove --save ${order}, which keeps everything under a ref first`,
  }),
  'work-forked': ({ order, branch, actual, worktree }) => ({
    says: `${order} has work on ${branch} that ${actual ?? 'HEAD'} of its worktree lacks, and the other way round`,
    hint: `in ${worktree}: git merge ${branch}, or git switch ${branch} if only that is the work; then complete it`,
  }),
  'work-not-kept': ({ order, said }) => ({ says: `the work on ${order} could not be kept: ${said}` }),
  'work-not-saved': ({ path, said }) => ({ says: `the work in ${path} could not be saved: ${said}` }),
  'worktree-astray': ({ path }) => ({
    says: `${path} is no worktree of this repository: its .git leads elsewhere`,
    hint: 'git worktree repair mends a worktree or a repository that was moved',
  }),
  'worktree-displaced': ({ path, now, said }) => ({
    says: `${path} could not be put back, so the worktree is now at ${now}: ${said}`,
    hint: 'nothing is lost; git claim worktree prune tries again',
  }),
  'worktree-going': ({ order, pid }) => ({
    says: `the worktree of ${order} is being removed by ${pid === null ? 'another process' : `process ${pid}`}`,
    hint: 'wait until that has ended',
  }),
  'worktree-grown': ({ path, files, open, count }) => ({
    says: `${path} changed after it was looked at, so it stays: ${grownText(files, open, count)}`,
    hint: 'look at that, and remove the worktree again when nothing works there any more',
  }),
  'worktree-in-use': ({ path }) => ({
    says: `somebody staged or committed something in ${path} while it was being removed, so it stays`,
    hint: 'remove it again when nothing works there any more',
  }),
  'worktree-locked': ({ path, lock }) => ({
    says: `${path} is locked${lock === '' ? '' : `: ${lock}`}`,
    hint: `ask whoever locked it; if nobody needs it any more, git worktree unlock ${path}`,
  }),
  'worktree-mounted': ({ path, mount }) => ({
    says: `something is mounted in ${path}, at ${mount}, and its files would be deleted too`,
    hint: `umount ${mount}, then remove the worktree again`,
  }),
  'worktree-not-finished': ({ path, said }) => ({ says: `git cannot finish the worktree ${path}: ${said}` }),
  'worktree-not-removed': ({ path, said }) => ({ says: `${path} could not be set aside, so it stays: ${said}` }),
  'worktree-unreadable': ({ path, said }) => ({
    says: `git cannot tell what is in ${path}: ${said}`,
    hint: 'nothing was removed; git fsck says whether the repository is damaged',
  }),
  'worktrees-unlisted': ({ said }) => ({ says: `git cannot list the worktrees: ${said}` }),
};

function grownText(files: readonly string[], open: readonly string[], count: number): string {
  const clauses = [
    ...(files.length === 0 ? [] : [`${firstOf(files, FILES_MAX)} new or changed`]),
    ...(open.length === 0 ? [] : [`${firstOf(open, FILES_MAX)} being written`]),
  ];
  const unnamed = count - files.length - open.length;
  return `${clauses.join(', ')}${unnamed > 0 ? ` (and ${unnamed} unnamed)` : ''}`;
}

type Loss = Pick<Extract<WorktreeFailure, { kind: 'unsaved-work' }>, 'files' | 'hidden' | 'operation' | 'commits'>;

function lossOf({ files, hidden, operation, commits }: Loss): string {
  const named = (count: number, what: string, names: readonly string[]) =>
    `${count} ${what}${count === 1 ? '' : 's'} (${firstOf(names, FILES_MAX)})`;
  const losses = [
    ...(files.length > 0 ? [named(files.length, 'changed file', files)] : []),
    ...(hidden.length > 0 ? [`${named(hidden.length, 'change', hidden)} that git was told to overlook`] : []),
    ...(commits > 0 ? [commits === 1 ? '1 commit on no branch' : `${commits} commits on no branch`] : []),
    ...(operation === null ? [] : [`an unfinished ${operation}`]),
  ];
  return losses.length < 2 ? losses.join('') : `${losses.slice(0, -1).join(', ')} and ${losses.at(-1)}`;
}

const INNER: Readonly<Record<InnerWork['kind'], string>> = {
  bare: 'a bare repository',
  repository: 'a repository of its own',
  submodule: 'a submodule',
  worktree: 'another worktree',
};

const WHY: Readonly<Record<InnerWork['why'], string>> = {
  commits: 'with commits that no remote has',
  files: 'with changes that are not committed',
  unknown: 'which only you can judge',
};

/** Returns what lies inside a worktree, as one clause. */
export function innerText({ folder, kind, why }: InnerWork): string {
  return `${folder} is ${INNER[kind]}${kind === 'worktree' ? '' : `, ${WHY[why]}`}`;
}

function innerHint(worktree: string, inner: readonly InnerWork[]): string {
  const tree = inner.find(({ kind }) => kind === 'worktree');
  if (tree !== undefined) return `when its work is done: git worktree remove ${worktree}/${tree.folder}`;
  return 'commit and push that work, or move the folder away, then remove the worktree again';
}
