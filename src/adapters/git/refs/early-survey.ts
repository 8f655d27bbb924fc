import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_REF_PREFIX } from '../../../core/claim/refs.ts';
import { findLayout } from '../layout.ts';
import type { Git } from '../process.ts';
import { BOARD_FILE, refPatterns } from './board-file.ts';
import { namesCall, surveyCall } from './known-refs.ts';
import { type Listing, listRefsBy, WITH_RECORDS } from './survey.ts';

/** The git calls that survey all claims where they usually are: with their records, and without. */
export const SURVEY_CALL = WITH_RECORDS.call(refPatterns(DEFAULT_REF_PREFIX));
export const NAMES_CALL = namesCall(refPatterns(DEFAULT_REF_PREFIX));

/** A survey that began before the repository was known. It counts only if the repository and its prefix turn out as expected. */
export type EarlySurvey = { readonly prefix: string; readonly listing: Promise<Listing> };

/**
 * Starts a survey of all refs under the prefix, in the directory in which the command runs.
 *
 * @returns null if a board is kept there, which needs no listing if it counts
 */
export function surveyEarly(git: Git, cwd: string, prefix: string): EarlySurvey | null {
  const commonDir = findLayout(cwd)?.commonDir ?? null;
  if (commonDir !== null && existsSync(join(commonDir, BOARD_FILE))) return null;
  const listing = listRefsBy(git, surveyCall(commonDir, refPatterns(prefix)));
  listing.catch(() => undefined);
  return { prefix, listing };
}
