import type { ClaimRecord } from '../core/claim/record.ts';
import type { LeftWork } from '../core/claim/takeover.ts';
import type { UnsavedWork } from '../ports/worktrees.ts';
import type { Ports } from './ports.ts';
import { treeOf } from './tree.ts';

/** Returns what of a claim's work lies in its tree alone; null where there is no such tree, or git cannot look into it. */
export async function workLeft(ports: Ports, record: ClaimRecord): Promise<UnsavedWork | null> {
  const path = treeOf(ports, record);
  const isThere = (await ports.worktrees.list()).some((tree) => tree.path === path && !tree.isMissing && !tree.isBare);
  // A tree that is broken keeps nobody from taking the claim, and is adopted as it is.
  return path === null || !isThere ? null : ports.worktrees.unsavedWork(path, record.base).catch(() => null);
}

export function countsOf({ dirtyFiles, unpushedCommits }: UnsavedWork): LeftWork {
  return { changedFiles: dirtyFiles.length, unpushedCommits };
}
