import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * Returns the files that a process has open for writing, where the system shows it: what it writes next must not be lost. They
 * are known by inode: under which name a file was opened does not matter.
 *
 * @param files names with signatures, as an inventory has them
 */
export function beingWritten(files: ReadonlyMap<string, string>): string[] {
  const names = new Map(Array.from(files, ([name, signature]) => [inodeIn(signature), name]));
  const found = new Set<string>();
  for (const pid of attempt(() => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) ?? []) {
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const link = `/proc/${pid}/fd/${fd}`;
      // Sockets and pipes have no path, and devices are no files of ours.
      const path = attempt(() => readlinkSync(link, { encoding: 'latin1' })) ?? '';
      if (!path.startsWith('/') || path.startsWith('/dev/')) continue;
      const file = attempt(() => statSync(link, { bigint: true }));
      const name = file === null ? undefined : names.get(`${file.dev} ${file.ino}`);
      if (name === undefined) continue;
      const flags = /^flags:\s*([0-7]+)$/m.exec(attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? '')?.[1];
      // The last two bits say how it was opened; 0 is for reading only.
      if ((Number.parseInt(flags ?? '1', 8) & 3) !== 0) found.add(name);
    }
  }
  return [...found];
}

function inodeIn(signature: string): string {
  return signature.split(' ', 2).join(' ');
}

/** A process may end meanwhile, or be another user's. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
