import type { Rescued } from '../usecases/rescue.ts';
import { detail, type Page, place, shown, since } from './page.ts';

/** Says where the work of a lost claim is kept, and how to continue it. */
export function rescuedText(page: Page, rescued: Rescued): string {
  const { order, ref, commitsRef, worktree, isShared, takenBy, takenAt, reason } = rescued;
  const taker = shown(takenBy);
  const shared = `${taker} works in that worktree: its changes are kept too`;
  const gone = 'the worktree is gone: only its commits are kept';
  return [
    `the work on ${shown(order)} is kept as ${shown(ref)}`,
    detail(page, 'taken', `by ${taker} since ${since(page, takenAt)}${reason === null ? '' : `: ${shown(reason)}`}`),
    detail(page, 'from', worktree === null ? gone : place(page, worktree)),
    ...(isShared ? [detail(page, 'shared', shared)] : []),
    ...(commitsRef === null ? [] : [detail(page, 'commits', `as they were when it was taken: ${shown(commitsRef)}`)]),
    detail(page, 'look', `git show --stat ${shown(ref)}`),
    detail(page, 'continue', `git switch -c <a branch of your own> ${shown(ref)}, or tell ${taker} about the ref`),
  ].join('\n');
}
