import type { ProcessInfo, Sighting } from '../core/session/process.ts';

/** The processes of this machine, as seen from this process's pid namespace. */
export interface ProcessTable {
  readonly host: string;
  /** The kernel's boot id; null where the system tells none. */
  readonly boot: string | null;
  /** The pid namespace's inode; `host` where the system has no namespaces, `unknown` where it cannot be read. */
  readonly ns: string;
  /** Returns the process; `gone` when there is provably none; `unknown` when it cannot be inspected (another user's, hidden). */
  find(pid: number): Sighting;
  /** Returns the ancestors of this process, the parent first, as far as they are visible. */
  ancestors(): readonly ProcessInfo[];
}
