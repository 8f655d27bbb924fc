import type { ProcessInfo, Sighting } from '../core/session/process.ts';

/** What is known of the processes of this machine, seen from this process's pid namespace. */
export interface ProcessTable {
  readonly host: string;
  /** The kernel's boot id; null where the system tells none. */
  readonly boot: string | null;
  /** The pid namespace's inode; `host` where the system has no namespaces, `unknown` where it cannot be read. */
  readonly ns: string;
  /** Returns the process, `gone` when there is provably none, or `unknown` when it may not be looked at (another user's, hidden). */
  find(pid: number): Sighting;
  /** Returns the processes above this one, the parent first; ends where the view ends. */
  ancestors(): readonly ProcessInfo[];
}
