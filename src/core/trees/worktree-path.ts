import { ClaimError } from '../errors.ts';
import type { OrderId } from '../ids.ts';

export const DEFAULT_WORKTREES = '../<repo>.claims/<order>';

/**
 * Returns the path of an order's worktree by `claim.worktrees`: a path, absolute or relative to the main worktree, in which
 * `<repo>` is the repository's name and `<order>` the order.
 *
 * @throws ClaimError `usage` if the template has no `<order>`, because all orders would then share one worktree
 */
export function worktreePath(template: string, repo: string, order: OrderId): string {
  if (!template.includes('<order>')) {
    throw new ClaimError({ code: 'usage', kind: 'worktrees-template', text: template, usual: DEFAULT_WORKTREES });
  }
  return template.replace(/<(repo|order)>/g, (_, name) => (name === 'repo' ? repo : order));
}

/** Returns a repository's name for people: its folder without `.git`, and never `.git` or `.bare` itself. */
export function repoName(folders: readonly string[]): string {
  const name = folders.findLast((folder) => !folder.startsWith('.') && folder !== '') ?? 'repo';
  return name.replace(/\.git$/, '') || 'repo';
}
