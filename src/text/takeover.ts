import type { ClaimView } from '../core/claim/view.ts';
import type { Incumbent } from '../usecases/take.ts';
import { blockLines, placeLines, workLines } from './claims.ts';
import { at, detail, type Page, shown } from './page.ts';
import { headline } from './status.ts';

/** Says whose claim is about to be taken, on what evidence, and what work is in its worktree. */
export function incumbentText(page: Page, { view, work }: Incumbent): string {
  return [
    headline(page, view),
    detail(page, view.liveness ?? 'unknown', shown(view.evidence ?? '')),
    detail(page, 'last seen', view.heartbeatAt === null ? 'never, by this machine' : at(page, view.heartbeatAt)),
    ...blockLines(page, view),
    ...placeLines(page, view),
    ...workLines(page, work),
    ...linearLines(page, view),
  ].join('\n');
}

function linearLines(page: Page, { linear }: ClaimView): string[] {
  return linear === null ? [] : [detail(page, 'linear', shown(linear))];
}

/** Returns what a person is asked before a live holder loses its claim. */
export function forceQuestion(incumbent: Incumbent): string {
  return [
    'The holder may still be working; this takes the order away from it.',
    `To confirm, type the order and its generation (${forceWords(incumbent)}):`,
  ].join('\n');
}

/** Returns what a person types to insist. */
export function forceWords({ view }: Incumbent): string {
  return `${view.order} ${view.generation}`;
}
