import { join } from 'node:path';
import { pathPatterns, pathRefPrefix } from '../../../core/paths/refs.ts';
import { sizeOf } from '../files.ts';
import type { Repository } from '../repository.ts';

/**
 * So many records git reads, while it lists the refs, in the time in which a second process reads one. On a board of more, what
 * was read once is known; on one of half as many, it is forgotten.
 */
export const FEW = 300;
/** The least bytes of a packed tag. */
const BYTES_A_REF = 100;

/** Where the records are that were read once, below the common directory. */
export const KNOWN_FILE = 'claim/records.read';
/** The snapshot of a board, below the common directory: see kept-board.ts. */
export const BOARD_FILE = 'claim/board.read';

/**
 * Returns whether a board is worth keeping: refs are files, and more are packed than a few.
 *
 * @param few how many refs git may list each time
 */
export function isLongBoard({ commonDir, refFormat }: Repository, few: number): boolean {
  return refFormat === 'files' && sizeOf(join(commonDir, 'packed-refs')) > few * BYTES_A_REF;
}

/** The folders of claim refs and of path refs, and the guard of the latter. */
export function refPatterns(prefix: string): string[] {
  return [prefix.slice(0, -1), ...pathPatterns(pathRefPrefix(prefix))];
}
