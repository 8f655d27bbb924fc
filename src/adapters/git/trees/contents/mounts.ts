import { lstatSync, realpathSync } from 'node:fs';
import { ClaimError } from '../../../../core/errors.ts';
import { readText } from '../../files.ts';
import { below } from './folders.ts';
import { latin1, nameBytes } from './tree-git.ts';

/**
 * What is mounted below a worktree lies elsewhere, and would be deleted there.
 *
 * @throws ClaimError `illegal` if anything is
 */
export function refuseMounts(path: string): void {
  const mount = mountBelow(path);
  if (mount !== null) throw new ClaimError({ code: 'illegal', kind: 'worktree-mounted', path, mount });
}

/** Returns a mount point below a folder, or the folder if it is one; null if there is none. */
function mountBelow(path: string): string | null {
  const top = realpathSync(path);
  const table = readText('/proc/self/mountinfo');
  return table === null ? otherDevice(top) : (mountPoints(table).find((point) => `${point}/`.startsWith(`${top}/`)) ?? null);
}

/** Returns the mount points in Linux's table of mounts. It writes a space, a tab, a line break and `\` in octal digits. */
export function mountPoints(table: string): string[] {
  return table.split('\n').flatMap((row) => {
    const written = row.split(' ')[4];
    if (written === undefined) return [];
    return [written.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))];
  });
}

function otherDevice(top: string): string | null {
  const { dev } = lstatSync(top);
  const root = latin1(top);
  for (const { path } of below(top)) {
    const own = nameBytes(root, '/', path);
    if (lstatSync(own).dev !== dev) return own.toString();
  }
  return null;
}
