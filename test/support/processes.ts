import type { ProcessInfo } from '../../src/core/session/process.ts';

/** Returns a process with these changes: in session 100, without a terminal, started at `<pid>0`. */
export function proc(pid: number, command: string, rest: Partial<ProcessInfo> = {}): ProcessInfo {
  const plain = { parent: 1, sessionLeader: 100, terminal: null, start: `${pid}0`, isZombie: false, args: [command] };
  return { pid, command, ...plain, ...rest };
}

export const HOST = 'box';
export const BOOT = 'ed4b68d8-8c9a-4ac3-96bd-8e6e41201281';
export const NS = '4026531836';
