import type { Sandbox } from '../failures/git.ts';

/** Returns the sandbox that the environment shows, or null. */
export function sandboxIn(environment: Readonly<Record<string, string | undefined>>): Sandbox | null {
  if (environment['SANDBOX_RUNTIME']) return 'claude';
  return Object.keys(environment).some((name) => name.startsWith('CODEX_SANDBOX') && environment[name]) ? 'codex' : null;
}

/**
 * Returns whether this process may not write somewhere: on a read-only disk, or in a sandbox. This is the only place that reads
 * git's words: git has no exit code for it, and all these texts come from the C library and from Node.
 */
export function isForbidden(said: string): boolean {
  return FORBIDDEN.test(said);
}

/** Where a parent may not be written to, Node's recursive mkdir says that there is none. */
const FORBIDDEN =
  /Read-only file system|Permission denied|Operation not permitted|insufficient permission|\b(?:EROFS|EACCES|EPERM)\b|ENOENT.*\bmkdir\b/;
