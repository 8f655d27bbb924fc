import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns whether a git is making this worktree: one whose command line names it, or the checkout that such a git started. A git
 * outlives the command that started it if only that command is killed.
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
    // Without /proc, only the maker's own anchor shows it.
    return [];
  }
}

/** Returns no words for a process that has ended (zombies included) or may not be looked at. */
function words(pid: string, list: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${list}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
