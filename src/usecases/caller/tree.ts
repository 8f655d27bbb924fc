import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { Ports } from '../ports.ts';

/** Returns the absolute path of the work tree that a record names; null where it names none. */
export function treeOf(ports: Ports, { worktree }: Pick<ClaimRecord, 'worktree'>): string | null {
  return worktree === null ? null : ports.places.absolute(worktree);
}

/** Binds a claim's work tree to the record that stands now; returns whether the tree could be written to. */
export function bindTree(ports: Ports, { oid, record }: Witnessed): boolean {
  const { order, generation, holder } = record;
  return ports.bindings.bind(treeOf(ports, record), { order, generation, oid, key: holder.key });
}
