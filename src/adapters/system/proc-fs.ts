import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import type { ProcessInfo, Sighting } from '../../core/session/process.ts';
import { timeShift } from './boot.ts';
import { isPid, signalZero } from './signal-zero.ts';

/** No shell, agent and multiplexer nest this deep. A longer walk is reading a table that changes meanwhile. */
const ANCESTORS_MAX = 64;
const COMMAND_LINE_BYTES_MAX = 2_048;
const WORDS_MAX = 8;

/**
 * Returns the inode of this process's pid namespace, or `unknown` if /proc is missing or shows another namespace. A time
 * namespace that shifts the clocks is named too, because it shows other start times for the same processes.
 */
export function pidNamespace(): string {
  try {
    const link = /^pid:\[([0-9]+)\]$/.exec(readlinkSync('/proc/self/ns/pid'));
    const shift = timeShift();
    return link !== null && isOwnView() ? `${link[1]}${shift === null ? '' : `t${shift}`}` : 'unknown';
  } catch {
    return 'unknown';
  }
}

/**
 * Returns the process with this pid. A missing file proves nothing, because `hidepid` hides
 * living processes. The null signal decides.
 */
export function find(pid: number): Sighting {
  if (!isPid(pid)) return 'gone';
  return (isOwnView() ? read(pid) : null) ?? (signalZero(pid) === 'gone' ? 'gone' : 'unknown');
}

export function ancestors(): readonly ProcessInfo[] {
  const found: ProcessInfo[] = [];
  if (!isOwnView()) return found;
  for (let pid = process.ppid; isPid(pid) && found.length < ANCESTORS_MAX; pid = (found.at(-1) as ProcessInfo).parent) {
    const parent = read(pid);
    if (parent === null) break;
    found.push(parent);
  }
  return found;
}

/**
 * Parses /proc/<pid>/stat, or returns null for any other text. The program's name is in parentheses and may contain any byte,
 * even parentheses and spaces, so the last `)` ends it.
 */
export function parseStat(stat: string): Omit<ProcessInfo, 'args'> | null {
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const [pid, parent, sessionLeader] = [stat.slice(0, Math.max(0, open)), fields[1], fields[3]].map(Number);
  const [state, terminal, start] = [fields[0], fields[4], fields[19]];
  if (open < 0 || close < open || pid === undefined || !isPid(pid) || !/^[0-9]+$/.test(start ?? '')) return null;
  return {
    pid,
    parent: parent as number,
    sessionLeader: sessionLeader as number,
    terminal: terminalOf(Number(terminal)),
    start: start as string,
    isZombie: state === 'Z' || state === 'X' || state === 'x',
    command: stat.slice(open + 1, close),
  };
}

/** Returns the name of a device number as in `ps`: the pseudo-terminals have the majors 136 to 143. */
function terminalOf(device: number): string | null {
  if (device === 0) return null;
  const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)];
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  return major === 4 ? `tty${minor}` : '-';
}

let ownView: boolean | undefined;

/** Returns whether /proc shows our pid namespace. If another one is mounted, it shows other processes under our numbers. */
function isOwnView(): boolean {
  if (ownView === undefined) {
    try {
      ownView = readlinkSync('/proc/self') === String(process.pid);
    } catch {
      ownView = false;
    }
  }
  return ownView;
}

function read(pid: number): ProcessInfo | null {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat && { ...stat, args: commandLine(pid) };
  } catch {
    return null;
  }
}

function commandLine(pid: number): string[] {
  try {
    const file = openSync(`/proc/${pid}/cmdline`, 'r');
    try {
      const buffer = Buffer.allocUnsafe(COMMAND_LINE_BYTES_MAX);
      const line = buffer.toString('utf8', 0, readSync(file, buffer, 0, COMMAND_LINE_BYTES_MAX, 0));
      return line.split('\0', WORDS_MAX).filter((word) => word !== '');
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}
