import type { Removed } from '../../usecases/trees/remove.ts';
import type { KeptTree } from '../../usecases/trees/remove-several.ts';
import type { Face } from '../failures/wording.ts';
import { keptReason } from '../removal.ts';

/** A worktree that stays, in a document. */
export type WordedKeptTree = Omit<KeptTree, 'why'> & { readonly why: string; readonly message: string };

/** Returns a removed worktree as JSON shows it. */
export function removedRow({ kind: _, isDefaultUnknown: __, ...row }: Removed): Omit<Removed, 'kind' | 'isDefaultUnknown'> {
  return row;
}

/** Returns the worktrees that stay, each with the reason in a word for programs and in a clause for people. */
export function keptRows(kept: readonly KeptTree[], face: Face): WordedKeptTree[] {
  return kept.map(({ order, path, why }) => ({
    order,
    path,
    why: why.kind === 'failure' ? why.failure.kind : why.kind,
    message: keptReason(why, face),
  }));
}
