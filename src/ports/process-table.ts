export type ProcessInfo = {
  readonly pid: number;
  readonly parent: number;
  /** The id of the process's session (setsid), which is the pid of the session's leader. */
  readonly sessionLeader: number;
  readonly hasTerminal: boolean;
  /** Start time as an opaque token; with the pid it names one process of this boot and pid namespace for ever. */
  readonly start: string;
  readonly isZombie: boolean;
  /** The kernel's short name for the program (`comm`), at most 15 bytes on Linux. */
  readonly command: string;
  /** The first few words of its command line; empty where it may not be read. */
  readonly args: readonly string[];
};

/** What is known of the processes of this machine, seen from this process's pid namespace. */
export interface ProcessTable {
  readonly host: string;
  /** The kernel's boot id; null where the system tells none. */
  readonly boot: string | null;
  /** The pid namespace's inode; `host` where the system has no namespaces. */
  readonly ns: string;
  /** Returns the process, `gone` when there is provably none, or `unknown` when it may not be looked at (another user's, hidden). */
  find(pid: number): ProcessInfo | 'gone' | 'unknown';
  /** Returns the processes above this one, the parent first; ends where the view ends. */
  ancestors(): readonly ProcessInfo[];
}
