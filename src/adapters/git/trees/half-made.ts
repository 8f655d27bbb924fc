import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { OrderId } from '../../../core/ids.ts';
import { readText, removeFile } from '../files.ts';
import { lastWords } from '../process.ts';
import { type Mutex, outliveLocks } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { CHECKOUT_MS, type Leftover } from './leftovers.ts';
import { hasForeignChanges } from './unsaved-work.ts';

/**
 * Finishes the checkout of a worktree whose maker was killed.
 *
 * @returns the ref that keeps what differed from the branch, which may be somebody's work; null if nothing did
 * @throws ClaimError `git`
 */
export async function finishMaking(
  repository: Repository,
  mutex: Mutex,
  { gitDir, path }: Leftover,
  order: OrderId,
): Promise<string | null> {
  const git = (...args: string[]) => repository.git(args, { cwd: path, timeoutMs: CHECKOUT_MS });
  const locks = readdirSync(gitDir).filter((name) => name.endsWith('.lock'));
  for (const name of locks) removeFile(join(gitDir, name), 'lock of a dead checkout');
  const branch = readText(join(gitDir, 'HEAD'))?.slice('ref: '.length).trimEnd() ?? '';
  const blocking = await outliveLocks(repository, [branch], mutex);
  if (blocking !== null) throw new ClaimError({ code: 'git', kind: 'worktree-not-finished', path, said: blocking });
  // Git writes the index when every file exists. Whatever differs after that is somebody's work, staged or not.
  const isCheckedOut = existsSync(join(gitDir, 'index'));
  if (!isCheckedOut) await git('read-tree', 'HEAD');
  const hasWork = isCheckedOut
    ? (await git('diff-index', '--name-only', '-z', '--diff-filter=d', 'HEAD')).stdout.length > 0
    : await hasForeignChanges(repository, path);
  const saved = hasWork ? await (await import('./saved-work.ts')).saveWork(repository, path, gitDir, order) : null;
  const reset = await git('reset', '--hard', '-q');
  if (reset.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktree-not-finished', path, said: lastWords(reset) });
  const head = String((await git('rev-parse', 'HEAD')).stdout).trim();
  await git('hook', 'run', '--ignore-missing', 'post-checkout', '--', '0'.repeat(head.length), head, '1');
  return saved;
}
