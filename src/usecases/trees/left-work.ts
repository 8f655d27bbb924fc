import { takeoverNote } from '../../core/claim/note.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import type { Oid } from '../../core/ids.ts';
import type { UnsavedWork } from '../../ports/worktrees.ts';
import { treeOf } from '../caller/tree.ts';
import type { Details } from '../ownership/plan-order.ts';
import type { Ports } from '../ports.ts';

/** The work of a claim that exists only in its worktree, and that worktree's commit. */
export type WorkLeft = UnsavedWork & { readonly head: Oid | null };

/** Returns what a claim's worktree holds; null if there is no such worktree, or git cannot read it. */
export async function workLeft(ports: Ports, record: ClaimRecord): Promise<WorkLeft | null> {
  const path = treeOf(ports, record);
  const tree = (await ports.worktrees.list()).find((one) => one.path === path && !one.isMissing && !one.isBare);
  if (tree === undefined) return null;
  // A broken worktree keeps nobody from taking the claim, and is adopted as it is.
  const work = await ports.worktrees.unsavedWork(tree.path, record.base).catch(() => null);
  return work && { ...work, head: tree.head };
}

/** Why a claim is taken, and the work in its worktree; null if unknown. */
export type TakeoverFacts = { readonly grounds: string; readonly work: WorkLeft | null };

/** Returns what the record of a takeover says about it. */
export function takeoverDetails({ grounds, work }: TakeoverFacts): Pick<Details, 'note' | 'tip'> {
  const left = work && { changedFiles: work.dirtyFiles.length, unpushedCommits: work.unpushedCommits };
  return { note: takeoverNote(grounds, left), tip: work?.head ?? null };
}
