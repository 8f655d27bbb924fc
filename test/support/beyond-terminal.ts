/** A command line, and the name it runs under. */
export type Spawning = { readonly file: string; readonly args: readonly string[]; readonly argv0: string };

/**
 * Returns the command as a shell called `tmux` runs it: git-claim looks for agents no further up than to a terminal's host, so
 * that whoever runs the tests may be one.
 */
export function beyondTerminal(file: string, args: readonly string[]): Spawning {
  return { file: 'sh', args: ['-c', '"$@"; exit $?', 'sh', file, ...args], argv0: 'tmux' };
}
