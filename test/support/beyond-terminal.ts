/** A command line, and the name it runs under. */
export type Spawning = { readonly file: string; readonly args: readonly string[]; readonly argv0: string };

/**
 * Returns the command as run by a shell called `tmux`. git-claim looks for agents only below a terminal's host, so an agent may
 * run the tests.
 */
export function beyondTerminal(file: string, args: readonly string[]): Spawning {
  return { file: 'sh', args: ['-c', '"$@"; exit $?', 'sh', file, ...args], argv0: 'tmux' };
}
