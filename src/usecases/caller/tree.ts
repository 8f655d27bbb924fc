import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import { type Holder, isElsewhere } from '../../core/session/holder.ts';
import type { Ports } from '../ports.ts';

/** What a record says of its worktree. */
export type TreeOfRecord = Pick<ClaimRecord, 'order' | 'worktree' | 'branch'> & { readonly holder: Pick<Holder, 'clone'> };

/** Returns the absolute path of a record's worktree, wherever it is now; null if there is none, or it is in another clone. */
export function treeOf(ports: Ports, { order, worktree, branch, holder }: TreeOfRecord): string | null {
  return worktree === null || worksElsewhere(ports, holder)
    ? null
    : ports.worktrees.find(ports.places.absolute(worktree), order, branch);
}

/** Returns whether a holder works in another clone: its worktree and its branch are not those of that name here. */
export function worksElsewhere({ shared }: Ports, holder: Pick<Holder, 'clone'>): boolean {
  return holder.clone !== null && shared !== null && isElsewhere(holder, shared.clone);
}

/** Binds a claim's worktree to the current record; returns whether the worktree could be written to. */
export function bindTree(ports: Ports, { oid, record }: Witnessed): boolean {
  const { order, generation, holder } = record;
  return ports.bindings.bind(treeOf(ports, record), { order, generation, oid, key: holder.key });
}
