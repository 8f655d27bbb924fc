import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { Ports } from '../ports.ts';

/** Returns the absolute path of the worktree that a record names; null if it names none. */
export function treeOf(ports: Ports, { worktree }: Pick<ClaimRecord, 'worktree'>): string | null {
  return worktree === null ? null : ports.places.absolute(worktree);
}

/** Binds a claim's worktree to the current record; returns whether the worktree could be written to. */
export function bindTree(ports: Ports, { oid, record }: Witnessed): boolean {
  const { order, generation, holder } = record;
  return ports.bindings.bind(treeOf(ports, record), { order, generation, oid, key: holder.key });
}
