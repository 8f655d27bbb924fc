import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../repository.ts';
import { packRefs } from './ref-transaction.ts';
import { clearStaleLocks, type Mutex, PACKED } from './stale-locks.ts';

/** Each loose ref is a file that every `git log` of everybody opens (10,000 cost it 54 ms): this many cost 1 ms, and packing them 50 ms once. */
const LOOSE_CLAIMS_MAX = 200;

/**
 * Packs all refs when many claims are loose. It only keeps git fast, so it fails in silence: whoever claims next comes by again.
 *
 * @param prefixes the folders to look into, such as `refs/claims/`
 */
export async function packLooseClaims(repository: Repository, prefixes: readonly string[], mutex: Mutex): Promise<void> {
  const { commonDir, refFormat } = repository;
  if (refFormat !== 'files' || prefixes.every((prefix) => looseCount(join(commonDir, prefix)) <= LOOSE_CLAIMS_MAX)) return;
  try {
    // A packer that was killed left this; one at work holds it now, and then git gives up at once.
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
