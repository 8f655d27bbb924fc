import type { Pruned, Removed, WorktreeRows } from '../usecases/worktree.ts';
import { type Page, shown, table } from './page.ts';

export function worktreesText(page: Page, { worktrees }: WorktreeRows): string {
  return table(
    page,
    worktrees.map((tree) => [
      shown(tree.order ?? '-'),
      tree.mine ? 'you' : shown(tree.session ?? '-'),
      tree.isMissing ? 'folder gone' : shown(tree.state ?? '-'),
      shown(tree.branch ?? '(no branch)'),
      shown(page.path(tree.path)),
    ]),
  ).join('\n');
}

export function removedText(page: Page, removed: Removed): string {
  const lines = [`removed ${shown(page.path(removed.path))}`];
  if (removed.saved !== null) lines.push(`  its work is kept under ${removed.saved}: git checkout ${removed.saved} shows it`);
  if (removed.deletedBranch !== null) lines.push(`  branch ${shown(removed.deletedBranch)} was merged and is deleted`);
  return lines.join('\n');
}

export function prunedText(page: Page, { paths }: Pruned): string {
  return paths.length === 0
    ? 'nothing to prune'
    : paths.map((path) => `forgot ${shown(path === '' ? 'an unfinished registration' : page.path(path))}`).join('\n');
}
