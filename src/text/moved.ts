import type { MovedRef } from '../core/guard/moved-ref.ts';
import { shown } from './page.ts';

/** Says which ref of a claim moved without its session, when, who may have done it, and how to put it back. */
export function movedMessage(move: MovedRef, timeOf: (instant: string) => string): string {
  const { what, from, to, by, at, isInTree } = move;
  const [order, ref, old] = [move.order ?? '', shown(move.ref), from?.slice(0, 12) ?? ''];
  const then = `${timeOf(at)}${by === null ? '' : `, by the reflog ${shown(by)}`}`;
  const back = `it stood at ${old}`;
  switch (what) {
    case 'claim-deleted':
      return `the claim of ${order} is gone (seen ${timeOf(at)}): somebody deleted it, and not with git claim, which never does; its holder claims it again with git claim ${order}`;
    case 'claim-replaced':
      return `the claim of ${order} was replaced (seen ${timeOf(at)}), and not with git claim: its record does not follow the one before; git claim log ${order} shows what is there`;
    case 'path-deleted':
      return `your claim of the path ${ref} is gone (seen ${timeOf(at)}): somebody deleted it, and not with git claim; git claim path ${ref} claims it again`;
    case 'branch-deleted':
      return `${ref}, the branch of ${order}, was deleted (${then}); git branch ${ref} ${old} makes it again`;
    case 'branch-moved':
      return `${ref}, the branch of ${order}, moved ${isInTree ? 'in its worktree, and not by a commit of its session' : 'without its session'} (${then}); ${back}`;
    case 'unnoted-commit':
      return `${ref}, the branch of ${order}, has a commit below its tip that git-claim's hooks did not see, ${to?.slice(0, 12)} (${then}): git show ${to?.slice(0, 12)} shows whether it is yours`;
    case 'pushed':
      return `${ref}, the branch of ${order} at its remote, moved without a push by its session (${then}): it is at ${to?.slice(0, 12)} there${from === null ? '' : ` and was at ${old}`}`;
    case 'push-deleted':
      return `${ref}, the branch of ${order} at its remote, was deleted there without its session (seen ${timeOf(at)}); ${back}`;
    case 'finished-deleted':
      return `${ref}, the branch of ${order}, which is completed and not merged, was deleted (${then}); git branch ${ref} ${old} makes it again`;
    case 'finished-moved':
      return `${ref}, the branch of ${order}, which is completed and not merged, was moved away from the finished work (${then}); ${back}`;
    case 'done-deleted':
      return to === null
        ? `${ref}, which keeps the finished work of ${order} until it is merged, was deleted (seen ${timeOf(at)}), and not by git claim: it is back`
        : `${ref}, which keeps the finished work of ${order} until it is merged, was moved (seen ${timeOf(at)}), and not by git claim; git update-ref ${ref} ${from} puts it back`;
  }
}
