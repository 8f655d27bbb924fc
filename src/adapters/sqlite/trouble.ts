import type { CacheTrouble } from '../../core/doctor/symptom.ts';
import { oneLine } from '../../core/line.ts';

/** A place where none of our databases may be. */
export class Unusable extends Error {}

/** Returns why a file could not be used. */
export function troubleOf(path: string, error: unknown): CacheTrouble {
  if (error instanceof Unusable) return { kind: 'unusable', said: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const said = oneLine(`${path} cannot be used: ${message}${code.startsWith('SQLITE') ? ` (${code})` : ''}`);
  return { kind: 'unusable', said };
}

/** Returns whether an error means that the file is not our database any more: garbage, torn, or with other tables. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(?:NOTADB|CORRUPT.*|FORMAT|ERROR|IOERR_SHORT_READ)$/.test(codeOf(error));
}

/** Returns whether another process was only using the file, so that a retry may work. */
export function isContention(error: unknown): boolean {
  return /^SQLITE_(?:BUSY.*|LOCKED.*|PROTOCOL)$/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
