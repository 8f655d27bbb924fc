import { ClaimError } from '../../../core/errors.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Git } from '../process.ts';
import { type OutsideBranch, takenIn } from './taken-in.ts';

/**
 * Returns the commits whose work reached the default branch through other commits.
 *
 * @param mains the commits of the default branch, here and at origin
 * @param parents of the commits, and of all below them that the default branch does not contain
 */
export async function takenInAmong(
  git: Git,
  mains: readonly Oid[],
  tips: readonly Oid[],
  parents: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<Oid>> {
  const taken = new Set<Oid>();
  try {
    for (const main of await apart(git, mains)) {
      const left = tips.filter((tip) => parents.has(tip) && !taken.has(tip));
      const branches = await Promise.all(left.map((tip) => branchAt(git, main, tip, parents)));
      const found = await takenIn(
        git,
        main,
        branches.filter((branch) => branch !== null),
      );
      for (const tip of found) taken.add(tip);
    }
  } catch (error) {
    // If git had to be stopped, the remaining commits stay undecided.
    if (!(error instanceof ClaimError)) throw error;
  }
  return taken;
}

/** Usually one of them is ahead of the other and contains everything in it. */
async function apart(git: Git, mains: readonly Oid[]): Promise<readonly Oid[]> {
  if (mains.length < 2) return mains;
  const { stdout } = await git(['merge-base', '--independent', ...mains]);
  return String(stdout)
    .split('\n')
    .flatMap((line) => parseOid(line) ?? []);
}

async function branchAt(
  git: Git,
  main: Oid,
  tip: Oid,
  parents: ReadonlyMap<string, readonly string[]>,
): Promise<OutsideBranch | null> {
  const own = new Set<string>([tip]);
  const below = new Set<string>();
  for (const commit of own) {
    for (const parent of parents.get(commit) ?? []) (parents.has(parent) ? own : below).add(parent);
  }
  const [only, ...more] = [...below];
  const fork = parseOid(more.length === 0 ? (only ?? '') : String((await git(['merge-base', main, tip])).stdout).trim());
  return fork === null ? null : { tip, fork, commits: [...own].map((oid) => ({ oid, parents: parents.get(oid) ?? [] })) };
}
