import { branchName } from '../core/trees/branch-name.ts';
import type { Reported } from '../usecases/guard/lookout.ts';
import { placeLines } from './claims.ts';
import { detail, type Page, shown } from './page.ts';
import { isPlainWord, shellWord } from './shell-word.ts';

/** Pathspecs in a suggested command, at most. */
const FILES_MAX = 3;

/**
 * Returns the commands to suggest after a hook's warning or refusal. Never suggests a bypass.
 *
 * @param free an order that is ready and free
 * @param isWhole what is staged belongs together, as in a merge or a squash: no file is to be left out
 */
export function nextSteps(page: Page, reported: Reported, free: string | null, isWhole: boolean): string[] {
  const { rule, order, claim, commit, response, wasTaken, mayReopen, files = [] } = reported;
  // After a mere warning the commit already has the change.
  const refused = (lines: readonly string[]) => (response === 'refuse' ? lines : []);
  const which = shown(order ?? '');
  switch (rule) {
    case 'lost':
      if (claim === null) return [detail(page, 'again', `git claim ${which} claims it again, with the work that is here`)];
      return [detail(page, 'keep', kept(reported)), detail(page, 'why', `git claim log ${which}`)];
    case 'branch':
      return wasTaken ? [detail(page, 'keep', kept(reported)), ...others(page, reported, free)] : others(page, reported, free);
    case 'push':
      return wasTaken ? [detail(page, 'keep', kept(reported)), ...others(page, reported, free)] : others(page, reported, free);
    case 'checkout':
      return others(page, reported, free);
    case 'named':
      return [...others(page, reported, free), detail(page, 'or', `git branch -m ${IF_OTHER_WORK}`)];
    case 'unclaimed':
      if (claim?.state === 'completed' && !mayReopen)
        return [detail(page, 'instead', instead(free)), detail(page, 'or', `git switch -c ${IF_OTHER_WORK}`)];
      return [detail(page, 'first', `git claim --no-worktree ${claim?.state === 'completed' ? '--reopen ' : ''}${which}`)];
    case 'elsewhere':
      return claim === null ? [] : [...placeLines(page, claim), ...refused(carried(page, claim.worktree))];
    case 'path':
      return [
        detail(page, 'instead', `${isWhole ? '' : `${left(files)}; `}git claim paths shows who claims what, and since when`),
      ];
    case 'shipped':
      return [detail(page, 'look', `git show ${commit?.oid.slice(0, 7)}`), ...refused([detail(page, 'instead', ASIDE)])];
    case 'overlap':
      return [
        detail(
          page,
          'look',
          `git show ${commit?.oid.slice(0, 7)}${files.length === 1 ? ` -- ${shellWord(files[0] as string)}` : ''}`,
        ),
      ];
    case 'status':
      return [
        detail(page, 'instead', `git claim ${which}, and git claim complete ${which} when it is done`),
        ...refused([detail(page, 'or', left(files))]),
      ];
    case 'refs':
    case 'unknown':
      return [detail(page, 'look', `git claim status ${which}; git claim doctor says how to repair it`)];
  }
}

function others(page: Page, { claim }: Reported, free: string | null): string[] {
  return [...(claim === null ? [] : placeLines(page, claim)), detail(page, 'instead', instead(free))];
}

function instead(free: string | null): string {
  return free === null
    ? 'git claim next finds an order for you; git claim list shows who works on what'
    : `git claim ${shown(free)}: it is ready and free`;
}

/** Rescue works only for an order that was taken. A session that gave its order away must keep its own changes. */
function kept({ order, wasTaken }: Reported): string {
  if (order === null || wasTaken)
    return `git claim rescue ${shown(order ?? '')} keeps your work under a ref, and says how to continue`;
  return `git switch -c ${branchName(order, 'kept')} takes your changes to a branch of your own; commit there`;
}

/** The work is no order's, or another one's, and only its branch has the wrong name. Finished work keeps its branch. */
const IF_OTHER_WORK = '<name>, if this is other work';

/** Not a stash: all worktrees have one stash together, and another session may pop what is on top of it. */
const ASIDE = 'git restore --staged :/ leaves yours out, if theirs is enough';

function carried(page: Page, tree: string | null): string[] {
  if (tree === null) return [];
  const there = `git -C ${shellWord(page.path(tree))} apply --index`;
  return [detail(page, 'instead', `git diff-index --cached --binary HEAD | ${there} && git reset -q; commit there`)];
}

/** Returns the command that takes files out of the commit, from any folder of the worktree. */
function left(files: readonly string[]): string {
  const named = files.length > FILES_MAX ? '<file>...' : files.map((file) => pathspec(file)).join(' ');
  return `git restore --staged ${named} leaves ${files.length === 1 ? 'it' : 'them'} out`;
}

function pathspec(file: string): string {
  return isPlainWord(file) ? `:/${file}` : shellWord(`:(top,literal)${file}`);
}
