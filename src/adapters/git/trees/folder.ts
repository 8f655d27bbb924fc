import { existsSync } from 'node:fs';
import { shareLike } from '../../system/sharing.ts';
import { makeFolder } from '../files.ts';

/** Makes the folder for worktrees. Returns null, or why it cannot be made. */
export function whyNoFolder(path: string, commonDir: string): string | null {
  if (existsSync(path)) return null;
  try {
    makeFolder(path, 'trees');
    shareLike(path, commonDir);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
