import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let known: string | null | undefined;

/** Returns the kernel's boot id, or null if the system has none. It is read once in a process, when first needed. */
export function bootId(): string | null {
  if (known === undefined) known = parseBootId(process.platform === 'linux' ? linuxBootId() : darwinBootId());
  return known;
}

/** Returns the text as a boot id, which is a uuid in lower case, or null if it is none. */
export function parseBootId(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : null;
}

let shiftKnown: string | null | undefined;

/**
 * Returns how the clocks of this process's time namespace are shifted against the machine's, as a word; null where they are not.
 * The start times of processes are shifted with them.
 */
export function timeShift(): string | null {
  if (shiftKnown === undefined) shiftKnown = parseTimeShift(timeOffsets());
  return shiftKnown;
}

/** Returns the offsets in a text such as `monotonic 20000 0\nboottime 5000 0\n` as a word: `20000n0n5000n0`. */
export function parseTimeShift(text: string): string | null {
  const offsets = text.match(/-?[0-9]+/g) ?? [];
  const isShifted = offsets.some((offset) => Number(offset) !== 0);
  return isShifted ? offsets.join('n').replaceAll('-', 'm').slice(0, SHIFT_LENGTH_MAX) : null;
}

/** An anchor has room for so much. */
const SHIFT_LENGTH_MAX = 20;

function timeOffsets(): string {
  try {
    return process.platform === 'linux' ? readFileSync('/proc/self/timens_offsets', 'latin1') : '';
  } catch {
    return '';
  }
}

const SYSCTL_TIMEOUT_MS = 2_000;

function linuxBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  } catch {
    return '';
  }
}

function darwinBootId(): string {
  try {
    return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {
      encoding: 'latin1',
      timeout: SYSCTL_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
