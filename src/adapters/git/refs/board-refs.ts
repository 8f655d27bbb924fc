import { byText } from '../../../core/by-text.ts';
import { compileLess, isLarge } from '../../system/compile-less.ts';
import type { Repository } from '../repository.ts';
import type { KeptBoard } from './kept-board.ts';
import { knownLine } from './known-ref.ts';
import { type SurveyedRef, surveyRefs, unknown as unreadable } from './survey.ts';
import { readUnknown, UnknownRef } from './unknown-refs.ts';

/**
 * Returns the refs of a kept board. One git process reads the loose records that are not known, and another one lists what only
 * git can read, if there is any of either.
 */
export async function refsOn(
  repository: Repository,
  prefix: string,
  board: KeptBoard,
): Promise<{ readonly refs: readonly SurveyedRef[]; keep(): Promise<void> }> {
  const fresh: string[] = [];
  const unknown = Array.from(
    board.unknown,
    ([ref, oid]) => new UnknownRef(`${oid} tag  ${ref}`, (...read) => fresh.push(knownLine(...read, board.parts))),
  );
  if (repository.isOwnProcess && isLarge(board.known.size)) await compileLess();
  await readUnknown(repository.git, unknown);
  const refs: SurveyedRef[] = [...board.known.values(), ...unknown, ...(await askedFor(repository, board.asked))];
  const isInOrder = unknown.length + board.looseLines.length + board.asked.length === 0;
  return {
    refs: isInOrder ? refs : refs.sort(byText(({ ref }) => ref)),
    keep: async () => {
      if (board.isOutOfDate(fresh.length)) (await import('./keep-board.ts')).keepLoose(repository, prefix, board, fresh);
    },
  };
}

async function askedFor(repository: Repository, names: readonly string[]): Promise<readonly SurveyedRef[]> {
  if (names.length === 0) return [];
  const surveyed = await surveyRefs(repository, names, (one) => one);
  if (surveyed.kind === 'failed') throw unreadable(surveyed.why);
  return surveyed.kept;
}
