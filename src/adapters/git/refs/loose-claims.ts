import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../repository.ts';
import { packRefs } from './ref-transaction.ts';
import { clearStaleLocks, type Mutex, PACKED } from './stale-locks.ts';

/** Every `git log` opens each loose ref as a file (54 ms for 10,000). This many cost 1 ms, and packing them costs 50 ms once. */
const LOOSE_CLAIMS_MAX = 200;

/**
 * Packs all refs if many claims are loose. This only keeps git fast, so a failure is ignored: the next claim tries again.
 *
 * @param prefixes the folders to look into, such as `refs/claims/`
 */
export async function packLooseClaims(repository: Repository, prefixes: readonly string[], mutex: Mutex): Promise<void> {
  const { commonDir, refFormat } = repository;
  if (refFormat !== 'files' || prefixes.every((prefix) => looseCount(join(commonDir, prefix)) <= LOOSE_CLAIMS_MAX)) return;
  try {
    // A killed packer left this lock. If a packer is at work instead, git gives up at once.
    if (PACKED.some((name) => existsSync(join(commonDir, name)))) await clearStaleLocks(repository, [], mutex);
    await packRefs(repository);
  } catch {
    return;
  }
}

function looseCount(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true }).length;
  } catch {
    return 0;
  }
}
