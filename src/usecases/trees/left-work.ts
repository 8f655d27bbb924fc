import { takeoverNote } from '../../core/claim/note.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import type { Oid } from '../../core/ids.ts';
import type { UnsavedWork } from '../../ports/worktrees.ts';
import { treeOf } from '../caller/tree.ts';
import type { Details } from '../ownership/plan-order.ts';
import type { Ports } from '../ports.ts';

/** What of a claim's work lies in its tree alone, and the commit that stands there. */
export type WorkLeft = UnsavedWork & { readonly head: Oid | null };

/** Returns what a claim's work tree holds; null where there is no such tree, or git cannot look into it. */
export async function workLeft(ports: Ports, record: ClaimRecord): Promise<WorkLeft | null> {
  const path = treeOf(ports, record);
  const tree = (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing && !one.isBare);
  if (tree === undefined) return null;
  // A tree that is broken keeps nobody from taking the claim, and is adopted as it is.
  const work = await ports.worktrees.unsavedWork(tree.path, record.base).catch(() => null);
  return work && { ...work, head: tree.head };
}

/** Why a claim is taken, and what lay in its work tree. */
export type TakeoverFacts = { readonly grounds: string; readonly work: WorkLeft | null };

/** Returns what the record of a takeover says of it. */
export function takeoverDetails({ grounds, work }: TakeoverFacts): Pick<Details, 'note' | 'tip'> {
  const left = work && { changedFiles: work.dirtyFiles.length, unpushedCommits: work.unpushedCommits };
  return { note: takeoverNote(grounds, left), tip: work?.head ?? null };
}
