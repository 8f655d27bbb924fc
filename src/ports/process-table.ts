import type { ProcessInfo, Sighting } from '../core/session/process.ts';

/** The processes of this machine, as seen from this process's pid namespace. */
export interface ProcessTable {
  readonly host: string;
  /** The kernel's boot id; null if the system has none. */
  readonly boot: string | null;
  /** The pid namespace's inode; `host` if the system has no namespaces, `unknown` if it cannot be read. */
  readonly ns: string;
  /** Returns the process; `gone` if there is provably none; `unknown` if it cannot be inspected (another user's, or hidden). */
  find(pid: number): Sighting;
  /** Returns the visible ancestors of this process, the parent first. */
  ancestors(): readonly ProcessInfo[];
}
