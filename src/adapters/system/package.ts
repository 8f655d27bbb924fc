import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Package } from '../../core/install/package.ts';

/** Returns where this very package and this very Node are. */
export function packageHere(): Package {
  // The built file is in `dist`; this one is three folders deep.
  const root = ['..', '../../..']
    .map((up) => resolve(import.meta.dirname, up))
    .find((path) => existsSync(join(path, 'bin', 'git-claim')));
  if (root === undefined) throw new Error('bin/git-claim of this package is missing');
  return { githooks: join(root, 'githooks'), node: process.execPath };
}
