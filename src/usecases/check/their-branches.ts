import type { Base } from '../../ports/branches.ts';
import type { SeenCommit } from '../../ports/commits.ts';
import type { Ports } from '../ports.ts';

/**
 * Returns commits with the branch that each belongs to: the default branch if that contains it, else the branch that led to it.
 * Git may reach a commit of the default branch by way of one that began there.
 */
export async function onTheirBranches(
  ports: Ports,
  base: Base | null,
  commits: readonly SeenCommit[],
): Promise<readonly SeenCommit[]> {
  const elsewhere = commits.filter(({ branch }) => branch !== null && branch !== base?.branch);
  if (base === null || elsewhere.length === 0) return commits;
  const outside = await ports.branches.outside(elsewhere.map(({ oid }) => oid));
  const isMoved = (commit: SeenCommit) => elsewhere.includes(commit) && !outside.has(commit.oid);
  return commits.map((commit) => (isMoved(commit) ? { ...commit, branch: base.branch } : commit));
}
