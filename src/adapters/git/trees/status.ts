import { ClaimError } from '../../../core/errors.ts';
import type { TreeStatus } from '../../../ports/worktrees.ts';
import { lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns the branch and the changes of a worktree, as git reports them.
 *
 * @throws ClaimError `git`
 */
export async function readTreeStatus({ git }: Repository, path: string): Promise<TreeStatus> {
  const asked = await git(['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'], { cwd: path });
  if (asked.code !== 0) throw new ClaimError({ code: 'git', kind: 'changes-unlisted', path, said: lastWords(asked) });
  const fields = String(asked.stdout).split('\0');
  const branch = fields.find((field) => field.startsWith(HEAD))?.slice(HEAD.length) ?? DETACHED;
  return { branch: branch === DETACHED ? null : branch, changes: fields.flatMap(changeIn) };
}

const HEAD = '# branch.head ';
const DETACHED = '(detached)';

/** How many fields precede the path in a line: `1 XY ...`, `u XY ...` and `? `. */
const FIELDS_BEFORE: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

function changeIn(field: string): { readonly path: string; readonly isTracked: boolean }[] {
  const kind = field.slice(0, 1);
  const before = FIELDS_BEFORE[kind];
  if (before === undefined) return [];
  return [{ path: field.split(' ').slice(before).join(' '), isTracked: kind !== '?' }];
}
