import type { KeptWork } from '../ports/kept-work.ts';
import { detail, type Page, shown, since, table } from './page.ts';

/** Lists the work that refs keep. */
export function keptWorkText(page: Page, kept: readonly KeptWork[]): string {
  if (kept.length === 0) return 'no work is kept here';
  const rows = kept.map(({ order, ref, keptAt, subject }) => [
    shown(order ?? '-'),
    since(page, keptAt),
    shown(ref),
    shown(subject),
  ]);
  return [
    ...table(page, rows),
    detail(page, 'look', 'git show --stat <ref>'),
    detail(page, 'drop', 'git claim rescue --drop <ref>'),
  ].join('\n');
}

/** Asks before kept work is dropped. */
export function dropQuestion(page: Page, { ref, keptAt, subject }: KeptWork): string {
  return `${shown(ref)} keeps work since ${since(page, keptAt)}: ${shown(subject)}\nNothing else may keep it. Drop it?`;
}

export function droppedText(page: Page, { ref, commit }: KeptWork): string {
  return [
    `${shown(ref)} is dropped`,
    detail(page, 'undo', `git update-ref ${shown(ref)} ${commit}, until git gc has removed the commit`),
  ].join('\n');
}
