import type { Anchor } from '../../core/session/anchor.ts';
import { sightOf } from '../../core/session/life.ts';
import type { ProcessTable } from '../../ports/process-table.ts';

/** Returns the anchor that means this very process; null where it cannot be seen. */
export function anchorOfSelf(processes: ProcessTable): Anchor | null {
  const own = processes.find(process.pid);
  return typeof own === 'string' ? null : { pid: own.pid, start: own.start, ns: processes.ns };
}

/** Returns whether the process of an anchor is alive; null if this process cannot see it. */
export function isAlive(processes: ProcessTable, anchor: Anchor): boolean | null {
  const { life } = sightOf({ anchor, host: processes.host, boot: processes.boot }, processes);
  return life.kind === 'unknown' ? null : life.kind === 'alive';
}
