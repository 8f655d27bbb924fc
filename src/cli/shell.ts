import { lstatSync, writeFileSync } from 'node:fs';

/** The functions of `git claim shell-init` name an empty file in which they look for a folder to change into. */
const FILE = 'GIT_CLAIM_GO';
/** They set this too if they were asked to follow claims. */
const FOLLOWS_CLAIMS = 'GIT_CLAIM_GO_CLAIMS';

/** Returns whether the shell that runs this command waits for a folder. */
export function hasShell(): boolean {
  const file = lstatSync(process.env[FILE] || '/', { throwIfNoEntry: false });
  return file?.isFile() === true && file.size === 0;
}

/** Tells the shell which folder to change into. */
export function sendShell(path: string): void {
  if (hasShell()) writeFileSync(process.env[FILE] as string, `${path}\0`);
}

/** Does the same after a claim, if the shell follows claims and there is but one. */
export function sendShellClaimed(claims: readonly { readonly view: { readonly worktree: string | null } }[]): void {
  const [path = null, ...more] = claims.map(({ view }) => view.worktree);
  if (path !== null && more.length === 0 && process.env[FOLLOWS_CLAIMS]) sendShell(path);
}
