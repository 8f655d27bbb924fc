import type { DirtyFile, Stay } from './facts.ts';

/**
 * Returns the files by the session that changed them, in the order of the first file of each; null is for files of which nobody
 * knows who it was.
 */
export function byChanger(files: readonly DirtyFile[], stays: readonly Stay[]): Map<string | null, DirtyFile[]> {
  const groups = new Map<string | null, DirtyFile[]>();
  for (const file of files) {
    const session = changerOf(file, stays);
    groups.set(session, [...(groups.get(session) ?? []), file]);
  }
  return groups;
}

/** A session is named if it was there all the time in which the file may have changed, and no other session was at any time. */
function changerOf({ changed }: DirtyFile, stays: readonly Stay[]): string | null {
  if (changed === null) return null;
  const { firstMs, lastMs } = changed;
  const near = stays.filter(({ fromMs, untilMs }) => fromMs <= lastMs && untilMs >= firstMs);
  const [session = null, ...others] = new Set(near.map((stay) => stay.session));
  const isThroughout = near.some(({ fromMs, untilMs }) => fromMs <= firstMs && untilMs >= lastMs);
  return others.length === 0 && isThroughout ? session : null;
}
