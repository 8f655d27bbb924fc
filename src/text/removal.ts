import type { RemovedBranch } from '../usecases/trees/merged-branches.ts';
import type { Removed } from '../usecases/trees/remove.ts';
import type { KeptTree, KeptWhy, PrunePlan, RemovedTrees } from '../usecases/trees/remove-several.ts';
import { failureText } from './failures/failure.ts';
import { type Face, firstOf } from './failures/wording.ts';
import { type Page, place, shown } from './page.ts';

/** How many ignored files a line names. */
const NAMES_MAX = 5;

export function removedText(page: Page, { removed, kept, branches }: RemovedTrees): string {
  return [
    ...removed.flatMap((one) => removedLines(page, one)),
    ...branches.flatMap(branchLines),
    ...kept.map((one) => keptLine(page, one)),
  ].join('\n');
}

function branchLines({ order, branch, tip, keptCommits, isMergedOnlyHere }: RemovedBranch): string[] {
  return [
    `deleted branch ${shown(branch)} of ${shown(order)}, which was ${mergedClause(isMergedOnlyHere)}; it was at ${tip.slice(0, 12)}`,
    ...(keptCommits === null ? [] : [`  commits that only its reflog named are kept: git log ${keptCommits}`]),
  ];
}

function mergedClause(isMergedOnlyHere: boolean): string {
  return isMergedOnlyHere ? 'merged here, but not at origin' : 'merged';
}

function removedLines(page: Page, removed: Removed): string[] {
  const { path, saved, keptCommits, deletedBranch, deletedTip, branch, finished, ignored, stashes, left } = removed;
  const merged = `was ${mergedClause(removed.isMergedOnlyHere)}, so it is deleted too; it was at ${deletedTip?.slice(0, 12)}`;
  // From inside, its path would be "here", which is no place any more.
  const isOutside = !/^[./]*$/.test(page.path(path));
  const files = firstOf(ignored.names.map(shown), NAMES_MAX);
  return [
    `removed ${shown(isOutside ? page.path(path) : path)}`,
    ...(saved === null ? [] : [`  its work is kept as a commit: git log -p -1 --first-parent ${saved}`]),
    ...(keptCommits === null ? [] : [`  commits that only this worktree named are kept: git log ${keptCommits}`]),
    ...(deletedBranch === null ? [] : [`  branch ${shown(deletedBranch)} ${merged}`]),
    ...(branch === null ? [] : [`  branch ${shown(branch)} stays: ${stayClause(removed)}`]),
    ...(finished === null ? [] : [`  the finished work is not on its branch, and not merged: git merge ${finished} takes it in`]),
    ...(ignored.count === 0 ? [] : [`  deleted ignored files that exist nowhere else: ${files}${moreThan(ignored)}`]),
    ...(stashes === 0
      ? []
      : [`  ${plural(stashes, 'stash', 'stashes')} made on its branch ${stashes === 1 ? 'stays' : 'stay'}: git stash list`]),
    ...(left === null ? [] : [`  ${leftClause(left)} left in ${place(page, left.path)}`]),
  ];
}

function leftClause({ files, said }: NonNullable<Removed['left']>): string {
  const count = plural(files, 'file', 'files');
  return said === null ? `something was still writing there: ${count}` : `not all could be deleted (${shown(said)}): ${count}`;
}

/** The names that a document lists may be fewer than there are. */
function moreThan({ count, names }: Removed['ignored']): string {
  const unnamed = count - names.length;
  return unnamed > 0 ? ` (and ${unnamed} unnamed)` : '';
}

function stayClause({ unmergedCommits, isDefaultUnknown }: Removed): string {
  if (!isDefaultUnknown) return unmergedClause(unmergedCommits);
  return unmergedCommits === 0 ? NO_DEFAULT : `${unmergedClause(unmergedCommits)}; ${NO_DEFAULT}`;
}

const NO_DEFAULT =
  'no default branch is known; git remote set-head origin -a or git config init.defaultBranch <name> tells which one it is';

function unmergedClause(commits: number): string {
  if (commits === 0) return 'nothing on it is unmerged';
  return commits === 1 ? '1 commit is not merged' : `${commits} commits are not merged`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Returns what a person is asked before merged worktrees are removed. */
export function pruneQuestion(page: Page, { going, kept, branches }: PrunePlan): string {
  const rows = going.map(({ tree, contents }) => {
    const { count, names } = contents.ignored;
    const files = count === 0 ? '' : `, with ignored files that exist nowhere else: ${firstOf(names.map(shown), NAMES_MAX)}`;
    return `  ${place(page, tree.path)}${files}`;
  });
  return [
    ...kept.map((tree) => keptLine(page, tree)),
    ...(going.length === 0 ? [] : [going.length === 1 ? 'This worktree is merged:' : 'These worktrees are merged:', ...rows]),
    ...(branches.length === 0
      ? []
      : [
          branches.length === 1
            ? 'This branch is merged, and has no worktree:'
            : 'These branches are merged, and have no worktree:',
          ...branches.map(({ branch }) => `  ${shown(branch)}`),
        ]),
    `Remove ${going.length + branches.length === 1 ? 'this' : 'these'} ${things(going.length, branches.length)}?`,
  ].join('\n');
}

/** Returns `worktree`, `2 worktrees and 1 branch`, ... */
function things(trees: number, branches: number): string {
  if (trees + branches === 1) return trees === 1 ? 'worktree' : 'branch';
  return [
    ...(trees === 0 ? [] : [plural(trees, 'worktree', 'worktrees')]),
    ...(branches === 0 ? [] : [plural(branches, 'branch', 'branches')]),
  ].join(' and ');
}

/**
 * Says what a pruning of merged worktrees did.
 *
 * @param outcome null if the person did not agree
 * @param told what the person has read already, with the question
 */
export function prunedMergedText(page: Page, outcome: RemovedTrees | null, told: readonly KeptTree[]): string {
  if (outcome === null) return 'nothing was removed';
  const isNothing = outcome.removed.length + outcome.kept.length + outcome.branches.length === 0;
  return isNothing
    ? 'no worktree is merged'
    : removedText(page, { ...outcome, kept: outcome.kept.filter((one) => !told.includes(one)) });
}

function keptLine(page: Page, { path, order, why }: KeptTree): string {
  return `kept ${path === '' ? shown(order) : shown(page.path(path))}: ${keptReason(why, 'command')}`;
}

/** Returns why a worktree stays, as one clause. */
export function keptReason(why: KeptWhy, face: Face): string {
  switch (why.kind) {
    case 'held':
      return why.session === null ? 'its claim cannot be judged' : `${shown(why.session)} works there`;
    case 'unmerged':
      return why.commits === 0 ? 'its finished work is not merged' : unmergedClause(why.commits);
    case 'no-default-branch':
      return NO_DEFAULT;
    case 'ignored':
      return `ignored files exist nowhere else: ${firstOf(why.names.map(shown), NAMES_MAX)}`;
    case 'failure':
      return shown(failureText(why.failure, face).message);
  }
}
