import type { Trusted } from '../usecases/trees/trust-setup.ts';
import type { Pruned, WorktreeRows } from '../usecases/worktree.ts';
import { type Page, place, shown, table } from './page.ts';
import { mendedText } from './setup.ts';

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

export function prunedText(page: Page, { mended }: Pruned): string {
  const lines = mended.map((one) => {
    if (one.kind !== 'forgotten') return shown(mendedText(one));
    const kept = one.ref === null ? '' : `; what only it named is kept: git log ${one.ref}`;
    return `forgot ${shown(one.path === '' ? 'an unfinished registration' : page.path(one.path))}${kept}`;
  });
  return lines.length === 0 ? 'nothing to prune' : lines.join('\n');
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
