import type { Rescued } from '../usecases/rescue.ts';
import { detail, type Page, place, shown, since } from './page.ts';

/** Where the work of a lost claim is kept, and how to go on with it. */
export function rescuedText(page: Page, rescued: Rescued): string {
  const { order, ref, commitsRef, worktree, isShared, takenBy, takenAt, reason } = rescued;
  const taker = shown(takenBy);
  const shared = `${taker} works in that tree: what changed since then is in it too`;
  const gone = 'the work tree is gone: these are its commits alone';
  return [
    `the work on ${shown(order)} is kept as ${shown(ref)}`,
    detail(page, 'taken', `by ${taker} since ${since(page, takenAt)}${reason === null ? '' : `: ${shown(reason)}`}`),
    detail(page, 'from', worktree === null ? gone : place(page, worktree)),
    ...(isShared ? [detail(page, 'shared', shared)] : []),
    ...(commitsRef === null ? [] : [detail(page, 'commits', `as they stood when it was taken: ${shown(commitsRef)}`)]),
    detail(page, 'look', `git show --stat ${shown(ref)}`),
    detail(page, 'go on', `git switch -c <a branch of your own> ${shown(ref)}, or tell ${taker} of the ref`),
  ].join('\n');
}
