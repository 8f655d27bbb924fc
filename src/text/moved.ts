import type { MovedRef } from '../core/guard/moved-ref.ts';
import { shown } from './page.ts';

/** Says which ref of a claim moved without its session, when, who may have done it, and how to put it back. */
export function movedMessage(move: MovedRef, timeOf: (instant: string) => string): string {
  const { order, what, from, by, at, isInTree } = move;
  const ref = shown(move.ref);
  const then = `${timeOf(at)}${by === null ? '' : `, by the reflog ${shown(by)}`}`;
  const back = `it stood at ${from.slice(0, 12)}`;
  switch (what) {
    case 'claim-deleted':
      return `the claim of ${order} is gone (seen ${timeOf(at)}): somebody deleted it, and not with git claim, which never does; its holder claims it again with git claim ${order}`;
    case 'claim-replaced':
      return `the claim of ${order} was replaced (seen ${timeOf(at)}), and not with git claim: its record does not follow the one before; git claim log ${order} shows what is there`;
    case 'branch-deleted':
      return `${ref}, the branch of ${order}, was deleted (${then}); git branch ${ref} ${from.slice(0, 12)} makes it again`;
    case 'branch-moved':
      return `${ref}, the branch of ${order}, moved ${isInTree ? 'in its worktree, and not by a commit of its session' : 'without its session'} (${then}); ${back}`;
  }
}
