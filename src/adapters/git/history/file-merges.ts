import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from '../process.ts';
import { readObjects } from '../read-objects.ts';

/**
 * Returns whether one of these versions of a file already contains the whole change, so that merging it in changes nothing. Git
 * needs a temporary file for that; if none can be written, returns false.
 *
 * @param change names of blobs: the file before and after
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
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(tmpdir(), 'git-claim-'));
    const [base, theirs, ours] = [join(folder, 'base'), join(folder, 'theirs'), join(folder, 'ours')];
    writeFileSync(base, was);
    writeFileSync(theirs, is);
    for (const version of present) {
      if (!version) continue;
      writeFileSync(ours, version);
      const merged = await git(['merge-file', '-p', '-q', ours, base, theirs]);
      if (merged.code === 0 && merged.stdout.equals(version)) return true;
    }
    return false;
  } catch (error) {
    // A sandbox, or a full disk.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return false;
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}
