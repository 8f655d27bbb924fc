import { ClaimError } from '../../../core/errors.ts';

/** Returns what to throw for an error of the file system: where this process may not write, one that says who may. */
export function deniedOr(error: unknown, place: string): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return error;
  return new ClaimError('git', `git-claim may not write here: ${message}`, {
    cause: error,
    hint: `a coding agent's sandbox keeps hooks and configuration read-only: a person sets this up, in ${place}`,
  });
}
