import type { Ports } from './ports.ts';

/** Returns every place in which git runs hooks: the work trees, or the bare repository that has none. */
export async function hookPlaces(ports: Ports): Promise<string[]> {
  const trees = (await ports.worktrees.list()).filter(({ isBare, isMissing }) => !isBare && !isMissing);
  return trees.length > 0 ? trees.map(({ path }) => path) : [ports.places.mainDir];
}
