import { execFileSync } from 'node:child_process';
import type { ProcessInfo, Sighting } from '../../core/session/process.ts';
import { isPid, signalZero } from './signal-zero.ts';

const PS_TIMEOUT_MS = 2_000;
const PS_BYTES_MAX = 16 * 1024 * 1024;
const WORDS_MAX = 8;
const ANCESTORS_MAX = 64;

/** Without `sess`: macOS prints no pid there, but marks leaders by `s` in `stat`. `args` contains the program as `comm` does. */
const COLUMNS = ['-o', 'pid=', '-o', 'ppid=', '-o', 'tty=', '-o', 'stat=', '-o', 'lstart=', '-o', 'args='];

/** The process table from `ps`, where there is no /proc. One call shows this process and all above it. */
export function psView(ps: (selection: readonly string[]) => string = runPs) {
  let all: ReadonlyMap<number, ProcessInfo> | null = null;
  const snapshot = () => {
    all ??= parsePs(ps(['-A']));
    return all;
  };
  return {
    find(pid: number): Sighting {
      if (!isPid(pid) || signalZero(pid) === 'gone') return 'gone';
      const seen = pid === process.pid ? snapshot() : parsePs(ps(['-p', String(pid)]));
      return seen.get(pid) ?? 'unknown';
    },
    /** Read once in a process: a command's ancestors do not change while it runs. */
    ancestors(): readonly ProcessInfo[] {
      return above(process.pid, snapshot());
    },
  };
}

/** Parses the rows of `ps` and ignores other lines. A process's leader is known only if it is among the rows. */
export function parsePs(text: string): ReadonlyMap<number, ProcessInfo> {
  const rows = text.split('\n').flatMap((line) => parseRow(line) ?? []);
  const processes = new Map(rows.map((row) => [row.process.pid, row.process]));
  const leaders = new Set(rows.filter((row) => row.isLeader).map((row) => row.process.pid));
  for (const [pid, process] of processes) {
    const leader = [process, ...above(pid, processes)].find((one) => leaders.has(one.pid));
    processes.set(pid, { ...process, sessionLeader: leader?.pid ?? 0 });
  }
  return processes;
}

function above(pid: number, processes: ReadonlyMap<number, ProcessInfo>): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  let next = processes.get(processes.get(pid)?.parent ?? 0);
  while (next !== undefined && found.length < ANCESTORS_MAX) {
    found.push(next);
    next = processes.get(next.parent);
  }
  return found;
}

function parseRow(line: string): { readonly process: ProcessInfo; readonly isLeader: boolean } | null {
  const match = /^ *([0-9]+) +([0-9]+) +(\S+) +(\S+) +([A-Z][a-z]{2} +[A-Z][a-z]{2} +[0-9]+ [0-9:]{8} [0-9]{4})(?: +(.*))?$/.exec(
    line,
  );
  const [pid, parent, terminal = '', stat = '', started = '', args = ''] = match?.slice(1) ?? [];
  const startMs = Date.parse(`${started} UTC`);
  if (pid === undefined || Number.isNaN(startMs)) return null;
  const words = args.split(' ').filter((word) => word !== '');
  const process: ProcessInfo = {
    pid: Number(pid),
    parent: Number(parent),
    sessionLeader: 0,
    terminal: /^[?-]+$/.test(terminal) ? null : terminal,
    start: String(startMs / 1000),
    isZombie: stat.startsWith('Z'),
    command: (words[0] ?? '').split('/').at(-1) ?? '',
    args: words.slice(0, WORDS_MAX),
  };
  return { process, isLeader: stat.includes('s') };
}

/** Requests times in UTC and in the C locale, so that a process's token never changes with the season or the user. */
function runPs(selection: readonly string[]): string {
  try {
    return execFileSync('/bin/ps', [...selection, ...COLUMNS], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC0' },
      timeout: PS_TIMEOUT_MS,
      maxBuffer: PS_BYTES_MAX,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
