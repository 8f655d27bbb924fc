import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClaimError } from '../../core/errors.ts';
import { makeFolder } from '../git/files.ts';
import { step } from '../system/step.ts';

/**
 * Writes a file that does not exist yet. It writes no draft, which a killed command would leave in a person's folder.
 *
 * @param top the worktree; null if there is none
 * @returns its absolute path
 * @throws ClaimError `illegal` if the file exists or there is no worktree, `git` if it cannot be written
 */
export function writeNewFile(top: string | null, file: string, text: string): string {
  if (top === null) throw new ClaimError({ code: 'illegal', kind: 'order-file-nowhere' });
  const path = join(top, file);
  try {
    makeFolder(dirname(path), 'order');
    step('before file order');
    const descriptor = openSync(path, 'wx', 0o666);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    step('after file order');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new ClaimError({ code: 'illegal', kind: 'order-file-exists', path }, { cause });
    throw new ClaimError({ code: 'git', kind: 'order-file-unwritable', path, said: (cause as Error).message }, { cause });
  }
  return path;
}
