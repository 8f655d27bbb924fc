import type { Trusted } from '../usecases/trees/trust-setup.ts';
import type { Pruned, WorktreeRows } from '../usecases/worktree.ts';
import { type Page, place, shown, table } from './page.ts';

/** @param mainDir the main worktree, which is no order's */
export function worktreesText(page: Page, { worktrees }: WorktreeRows, mainDir: string): string {
  return table(
    page,
    worktrees.map((tree) => [
      shown(tree.order ?? (tree.path === mainDir ? '(main worktree)' : '-')),
      tree.mine ? 'you' : shown(tree.session ?? '-'),
      tree.isMissing ? 'its folder is gone' : shown(tree.state ?? '-'),
      shown(tree.branch ?? '(no branch)'),
      place(page, tree.path),
    ]),
  ).join('\n');
}

export function prunedText(page: Page, { paths }: Pruned): string {
  return paths.length === 0
    ? 'nothing to prune'
    : paths.map((path) => `forgot ${shown(path === '' ? 'an unfinished registration' : page.path(path))}`).join('\n');
}

/** Returns what a person is asked before commands from the configuration run. */
export function trustQuestion(repository: string, commands: readonly string[]): string {
  return [
    `git claim will run these commands in each new worktree of ${shown(repository)}:`,
    ...commands.map((command) => `  ${shown(command)}`),
    'Agree to exactly these?',
  ].join('\n');
}

export function trustedText({ commands, isAlready }: Trusted): string {
  const what = `${commands.length} setup command${commands.length === 1 ? '' : 's'}`;
  return isAlready ? `${what} trusted already` : `${what} trusted, until claim.setup changes`;
}
