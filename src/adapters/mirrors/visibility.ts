import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributesEdit, FILTER } from '../../core/install/attributes.ts';
import { orderGlobs } from '../../core/orders/globs.ts';
import type { Repository } from '../git/repository.ts';

/** Returns whether git's clean filter takes the lines of claims out of order files: `git claim init` installed it. */
export function isHiding({ config, commonDir }: Repository): boolean {
  if (config.get(`filter.${FILTER}.clean`) === null) return false;
  try {
    const attributes = readFileSync(join(commonDir, 'info/attributes'), 'latin1');
    return attributesEdit(orderGlobs(config.all('claim.orders'))).add(attributes) === attributes;
  } catch {
    return false;
  }
}

/** What git leaves in a worktree's directory until somebody ends what it is in the middle of. */
const AT_WORK = ['rebase-merge', 'rebase-apply', 'sequencer', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'];

/** Returns whether git is in the middle of a merge, a rebase or the like, and will change files again. */
export function isAtWork(gitDir: string): boolean {
  return AT_WORK.some((name) => existsSync(join(gitDir, name)));
}
