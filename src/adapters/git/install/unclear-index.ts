import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import { folderOf, orderGlobs } from '../../../core/orders/globs.ts';
import { isIndexUnclear } from '../index-file.ts';
import type { Repository } from '../repository.ts';

/** Finds an index of the main worktree that keeps order files from showing their claims. */
export function unclearIndex(repository: Repository): Symptom[] {
  const { config, mainDir, commonDir } = repository;
  const hasOrders = orderGlobs(config.all('claim.orders')).some((glob) => existsSync(resolve(mainDir, folderOf(glob))));
  const isNone = mainDir === commonDir || !hasOrders || config.get('claim.mirror') === 'none';
  if (isNone || !isIndexUnclear(commonDir, repository)) return [];
  return [symptom('mirror', { what: 'unclear-index' }, { severity: 'info', place: commonDir })];
}
