import { readdirSync, readFileSync } from 'node:fs';

/**
 * Tells whether a git is at work on making this tree: one whose command line names it, or the checkout that such a one started.
 * A git outlives the command that started it when only that one is killed.
 */
export function isGitMaking(path: string): boolean {
  return processes().some((pid) => {
    const [program = '', ...args] = words(pid, 'cmdline');
    if (!/(?:^|\/)git$/.test(program)) return false;
    return (args.includes('worktree') && args.includes(path)) || words(pid, 'environ').includes(`GIT_WORK_TREE=${path}`);
  });
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    // Without /proc only the maker's own anchor tells.
    return [];
  }
}

/** A process that ended, zombies included, or that may not be looked at has no words. */
function words(pid: string, list: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${list}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
