import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { Ports } from '../ports.ts';

/** What a record says of its worktree. */
export type TreeOfRecord = Pick<ClaimRecord, 'order' | 'worktree' | 'branch'>;

/** Returns the absolute path of a record's worktree, wherever it is now; null if the record names none. */
export function treeOf(ports: Ports, { order, worktree, branch }: TreeOfRecord): string | null {
  return worktree === null ? null : ports.worktrees.find(ports.places.absolute(worktree), order, branch);
}

/** Binds a claim's worktree to the current record; returns whether the worktree could be written to. */
export function bindTree(ports: Ports, { oid, record }: Witnessed): boolean {
  const { order, generation, holder } = record;
  return ports.bindings.bind(treeOf(ports, record), { order, generation, oid, key: holder.key });
}
