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
