import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readObjects } from './batch.ts';
import type { Git } from './process.ts';

/**
 * Tells whether one of these versions of a file has the whole change in it already: to merge that in changes nothing.
 *
 * @param change names of blobs: what the file was and what it is then
 * @param versions names of blobs, the likeliest first
 */
export async function isInOne(
  git: Git,
  change: readonly [was: string, is: string],
  versions: readonly string[],
): Promise<boolean> {
  const found = await readObjects(git, [...change, ...versions]);
  const [was, is, ...present] = found.map((object) => (object?.type === 'blob' ? object.body : null));
  if (!was || !is) return false;
  const folder = mkdtempSync(join(tmpdir(), 'git-claim-'));
  try {
    const stored = (name: string, body: Buffer) => {
      const path = join(folder, name);
      writeFileSync(path, body);
      return path;
    };
    const [base, theirs] = [stored('base', was), stored('theirs', is)];
    for (const version of present) {
      if (!version) continue;
      const merged = await git(['merge-file', '-p', '-q', stored('ours', version), base, theirs]);
      if (merged.code === 0 && merged.stdout.equals(version)) return true;
    }
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
