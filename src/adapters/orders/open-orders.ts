import { ClaimError } from '../../core/errors.ts';
import type { IdPattern } from '../../core/ids.ts';
import { orderGlobs } from '../../core/orders/globs.ts';
import type { Branches } from '../../ports/branches.ts';
import type { OrderBook } from '../../ports/order-book.ts';
import type { GitConfig } from '../git/config.ts';
import type { Repository } from '../git/repository.ts';
import { OrderTree } from './orders-in-commit.ts';
import { OrderFiles } from './orders-in-worktree.ts';

/** The value of `claim.ordersFrom` that means the main worktree. */
const WORKTREE = 'worktree';

/**
 * Opens the one place whose order files count: `claim.ordersFrom`, which is a revision or `worktree`. Without that setting, it is
 * the main worktree, or in a bare repository the default branch.
 *
 * @param branches called only if orders are read from a commit
 */
export function openOrders(repository: Repository, branches: () => Branches, pattern: IdPattern): OrderBook {
  const { config, mainDir, commonDir } = repository;
  const globs = orderGlobs(config.all('claim.orders'));
  const from = config.get('claim.ordersfrom') ?? (mainDir === commonDir ? null : WORKTREE);
  if (from === WORKTREE) return new OrderFiles(repository, globs, pattern);
  return new OrderTree(repository, () => (from === null ? defaultTree(branches()) : revision(branches(), from)), globs, pattern);
}

/** @throws ClaimError `usage` */
export function readyAtOf(config: GitConfig): 'merge' | 'complete' {
  const value = config.get('claim.readyAt') ?? 'merge';
  if (value === 'merge' || value === 'complete') return value;
  throw new ClaimError({ code: 'usage', kind: 'ready-at', text: value });
}

async function defaultTree(branches: Branches) {
  const base = await branches.defaultBase();
  return base && { commit: base.commit, place: `branch ${base.name}` };
}

async function revision(branches: Branches, from: string) {
  const commit = await branches.resolve(from);
  if (commit !== null) return { commit, place: from };
  throw new ClaimError({ code: 'usage', kind: 'orders-from', text: from });
}
