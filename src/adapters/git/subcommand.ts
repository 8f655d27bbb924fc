/** Options of git itself that take the next word as their value. */
const TAKES_VALUE = ['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env'];

/** Returns the subcommand a git command line names (without `git` itself), empty when it names none. */
export function subcommandOf(args: readonly string[]): string {
  let at = 0;
  while (args[at]?.startsWith('-')) at += TAKES_VALUE.includes(args[at] as string) ? 2 : 1;
  return args[at] ?? '';
}
