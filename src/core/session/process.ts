/** One process, as the system's process table shows it. */
export type ProcessInfo = {
  readonly pid: number;
  readonly parent: number;
  /** The id of the process's session (setsid), which is the pid of the session's leader; 0 if the system does not report it. */
  readonly sessionLeader: number;
  /** Its controlling terminal: `pts/3`; `-` if that has no name here, null if it has none. */
  readonly terminal: string | null;
  /** Start time as an opaque token. Together with the pid it identifies one process of this boot and pid namespace for ever. */
  readonly start: string;
  readonly isZombie: boolean;
  /** The kernel's short name for the program (`comm`), at most 15 bytes on Linux. */
  readonly command: string;
  /** The first few words of its command line; empty if they may not be read. */
  readonly args: readonly string[];
};

/** `gone`: there is provably no such process. `unknown`: it may not be looked at (another user's, or hidden). */
export type Sighting = ProcessInfo | 'gone' | 'unknown';

/** Returns what the process runs: its program and, if that is an interpreter, the script too. */
export function programPaths(process: ProcessInfo): readonly string[] {
  const [program = '', ...words] = process.args;
  const script = INTERPRETER.test(baseName(program)) ? words.find((word) => !word.startsWith('-')) : undefined;
  return script === undefined ? [program] : [program, script];
}

/** Returns the names of a process, without folders and script suffixes: `node /usr/bin/codex.js` is `node` and `codex`. */
export function programNames(process: ProcessInfo): readonly string[] {
  return [process.command, ...programPaths(process)].map(baseName);
}

/** Returns whether the process is a shell that was started for one command (`bash -lc '...'`) and ends with it. */
export function isOneCommandShell(process: ProcessInfo): boolean {
  const [program = '', ...words] = process.args;
  const isOption = (word: string, at: number) => /^[-+]/.test(word) || /^[-+]o$/.test(words[at - 1] ?? '');
  const afterOptions = words.findIndex((word, at) => !isOption(word, at));
  return SHELLS.test(baseName(program)) && words.slice(0, afterOptions).some((word) => /^-[a-z]*c$/.test(word));
}

/** The names that interpreters of scripts begin with. */
export const INTERPRETERS = ['node', 'bun', 'deno', 'python'] as const;
const INTERPRETER = /^(?:node|nodejs|bun|deno|python[0-9.]*)$/;
const SHELLS = /^(?:sh|bash|dash|zsh|ksh|fish|ash)$/;

/** A login shell's name starts with `-`; a daemon's title has a colon after its name (`sshd: ada@pts/0`). */
function baseName(word: string): string {
  const title = word.split(': ', 1)[0] as string;
  return (title.split('/').at(-1) as string).replace(/^-/, '').replace(/(?::|\.(?:js|mjs|cjs|exe))$/, '');
}
