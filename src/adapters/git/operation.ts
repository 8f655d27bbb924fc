import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { UnfinishedOperation } from '../../core/failures/why.ts';

/** The order matters, because a rebase consists of picks and merges. */
const OPERATIONS: readonly (readonly [name: string, operation: UnfinishedOperation])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply/applying', 'am'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

/** Returns what git is in the middle of in a worktree. */
export function operationIn(gitDir: string): UnfinishedOperation | null {
  const [, operation = null] = OPERATIONS.find(([name]) => existsSync(join(gitDir, name))) ?? [];
  return operation;
}
