import { FILTER } from '../../../core/install/attributes.ts';
import { folderOf, orderGlobs } from '../../../core/orders/globs.ts';
import type { Repository } from '../repository.ts';

/** Returns a filter that order files go through already (git-lfs, git-crypt), or null. A file can have only one. */
export async function foreignFilter({ git, config }: Repository): Promise<string | null> {
  const folders = orderGlobs(config.all('claim.orders')).map((glob) => folderOf(glob) || '.');
  const listed = await git(['ls-files', '-z', '--', ...folders]);
  const asked = await git(['check-attr', '-z', '--stdin', 'filter'], { input: listed.stdout });
  // Each answer is a path, the attribute and its value.
  const filters = String(asked.stdout)
    .split('\0')
    .filter((_, at) => at % 3 === 2);
  return filters.find((filter) => !['unspecified', 'unset', FILTER].includes(filter)) ?? null;
}
