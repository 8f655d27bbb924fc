import { ClaimError } from '../errors.ts';
import type { OrderId } from '../ids.ts';

export const DEFAULT_WORKTREES = '../<repo>.claims/<order>';

/**
 * Returns where an order's work tree goes by `claim.worktrees`: a path, absolute or relative to the main work tree,
 * in which `<repo>` is the repository's name and `<order>` the order.
 *
 * @throws ClaimError `usage` when the template names no order: then all orders would share one tree
 */
export function worktreePath(template: string, repo: string, order: OrderId): string {
  if (!template.includes('<order>')) {
    throw new ClaimError({ code: 'usage', kind: 'worktrees-template', text: template, usual: DEFAULT_WORKTREES });
  }
  return template.replace(/<(repo|order)>/g, (_, name) => (name === 'repo' ? repo : order));
}

/** Returns a repository's name for people: its folder, without `.git`, and never `.git` or `.bare` itself. */
export function repoName(folders: readonly string[]): string {
  const name = folders.findLast((folder) => !folder.startsWith('.') && folder !== '') ?? 'repo';
  return name.replace(/\.git$/, '') || 'repo';
}
