import { ClaimError } from '../core/errors.ts';

/** Returns what the operating system refused as a failure; every other error as it is. */
export function ofSystem(error: unknown): unknown {
  if (error instanceof ClaimError || !(error instanceof Error)) return error;
  const { code, syscall, path = null } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return new ClaimError({ code: 'no-repo', kind: 'no-folder' }, { cause: error });
  if (syscall === undefined || code === undefined) return error;
  return new ClaimError({ code: 'internal', kind: 'system', errno: code, call: syscall, path }, { cause: error });
}
