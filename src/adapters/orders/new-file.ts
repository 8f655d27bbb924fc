import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClaimError } from '../../core/errors.ts';
import { makeFolder, writeWhole } from '../git/files.ts';

/**
 * Writes a file that is not there yet, in one piece.
 *
 * @param top the work tree; null where there is none
 * @returns its absolute path
 * @throws ClaimError `illegal` or `git`
 */
export function writeNewFile(top: string | null, file: string, text: string): string {
  if (top === null)
    throw new ClaimError('illegal', 'there is no work tree to write an order file in', { hint: 'run this in a work tree' });
  const path = join(top, file);
  if (existsSync(path)) throw new ClaimError('illegal', `${path} is there already`);
  try {
    makeFolder(dirname(path), 0o777, 'order');
    writeWhole(path, text, 'order');
  } catch (cause) {
    throw new ClaimError('git', `${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
  return path;
}
