/** Lists what new worktrees get. Claude Code, Codex and others read the same file. */
export const INCLUDE_FILE = '.worktreeinclude';

/**
 * Returns whether a pattern may match something inside a folder that the pattern does not name itself. Only a pattern with a path
 * can. A bare name such as `.env` would be searched for in all of `node_modules`, which nobody means.
 *
 * @param patterns lines in gitignore syntax
 * @param folder relative, with `/` between its parts and none at its end
 */
export function reachesInto(patterns: readonly string[], folder: string): boolean {
  const parts = folder.split('/');
  return patterns.some((pattern) => {
    const steps = stepsOf(pattern);
    const fork = steps.indexOf('**');
    const known = fork < 0 ? steps : steps.slice(0, fork);
    if (steps.length < 2 || fork === 0 || (fork < 0 && steps.length <= parts.length)) return false;
    return parts.every((part, at) => at >= known.length || mayBe(known[at] as string, part));
  });
}

/** Returns the parts of a pattern with a path; none for a comment, an exclusion or a bare name. */
function stepsOf(pattern: string): readonly string[] {
  if (/^[#!]|^\s*$/.test(pattern)) return [];
  const path = pattern.trimEnd().replace(/\/+$/, '');
  return path.includes('/') ? path.replace(/^\//, '').split('/') : [];
}

/** A wildcard may match anything here: what it really matches is decided when the folder is read. */
function mayBe(step: string, part: string): boolean {
  return /[*?[\\]/.test(step) || step === part;
}
