import type { Witnessed } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId, SessionId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { hasUnsaved, type TreeContents } from '../../core/trees/contents.ts';
import type { LockReason } from '../../core/trees/lock-reason.ts';
import { isDefaultKnown } from '../../ports/branches.ts';
import type { Discarded, Going, SetAside, TreeLook, Worktree } from '../../ports/worktrees.ts';
import type { Ports } from '../ports.ts';
import { beingRemoved, inPlace, unlessTakenAway } from './being-removed.ts';
import { keptOffBranch, letMergedGo } from './finished.ts';
import { deleteBranch, isOnlyHere, unmergedBelow, whatGoes } from './going-branch.ts';
import { claimIn, neighboursClaim, othersClaim, ownTreeOf } from './own-tree.ts';

/** What became of a worktree and of everything in it. */
export type Removed = {
  readonly kind: 'removed';
  readonly order: OrderId;
  readonly path: string;
  /** The ref under which unsaved work was kept, or null. */
  readonly saved: string | null;
  /** The ref that keeps commits which only this worktree named, or null. */
  readonly keptCommits: string | null;
  /** The branch, if it was merged and therefore deleted too. */
  readonly deletedBranch: string | null;
  /** Its tip, because after a squash nothing else leads to its commits. */
  readonly deletedTip: Oid | null;
  /** Whether origin, whose default branch is known here, does not have what was merged. */
  readonly isMergedOnlyHere: boolean;
  /** The branch that stays. */
  readonly branch: string | null;
  /** How many of its commits are not merged. */
  readonly unmergedCommits: number;
  /** Whether it stays because no branch is known to be the default one. */
  readonly isDefaultUnknown: boolean;
  /** The ref that keeps the order's finished work, if that is not merged and not on its branch. */
  readonly finished: string | null;
  /** The ignored files that went with it and that the main worktree does not have: their number, and the first names. */
  readonly ignored: { readonly count: number; readonly names: readonly string[] };
  /** How many stashes were made on its branch; they stay. */
  readonly stashes: number;
  /**
   * Where files lie that were written meanwhile or could not be deleted, how many, and why not (in the system's words, null if
   * they were written); null if there is nothing.
   */
  readonly left: { readonly path: string; readonly files: number; readonly said: string | null } | null;
};

/**
 * Removes the worktree of an order. What exists nowhere else is never lost: changed files and a detached HEAD's commits keep it
 * where it is, unless `isSaving` keeps them under a ref first; what only its reflog and its own refs name is always kept.
 *
 * @param agreed what was seen when somebody agreed to the removal. If anything is new since, the worktree stays.
 * @throws ClaimError `illegal` for work that would be lost, `usage` if the order has no worktree, `git`
 */
export async function removeTree(
  ports: Ports,
  order: OrderId,
  isSaving: boolean,
  agreed: MayRemove | null = null,
): Promise<Removed | Refusal> {
  const seen = await mayRemove(ports, order, isSaving, agreed);
  if (seen.kind === 'refused') return seen;
  const { tree, claim, going, sight } = seen;
  const settingAside = () => ports.worktrees.setAside(tree.path, lockFor(ports, order, tree, claim));
  const aside = await unlessTakenAway(ports, order, tree.path, settingAside);
  const outcome = await emptied(ports, { order, path: tree.path, going, isSaving, sight }, aside);
  if (outcome.kind === 'refused') return outcome;
  const { contents, saved, keptCommits, discarded } = outcome;
  await ports.setup.forget(tree.path);
  const isDeleted = going.isBranchGoing && (await deleteBranch(ports, tree, claim, order));
  const done = (await letMergedGo(ports)).get(order) ?? null;
  const isStaying = tree.branch !== null && !isDeleted;
  const left = discarded.kind === 'left' ? { path: discarded.path, files: discarded.files, said: discarded.said } : null;
  const unmerged = isStaying && tree.head !== null ? await unmergedBelow(ports, tree.head) : 0;
  return {
    kind: 'removed',
    order,
    path: tree.path,
    saved,
    keptCommits,
    deletedBranch: isDeleted ? tree.branch : null,
    deletedTip: isDeleted ? tree.head : null,
    isMergedOnlyHere: isDeleted && (await isOnlyHere(ports, tree.head)),
    branch: isStaying ? tree.branch : null,
    unmergedCommits: unmerged,
    isDefaultUnknown: isStaying && !isDefaultKnown(await ports.branches.defaultBase()),
    finished: done === null ? null : await keptOffBranch(ports, order, tree.branch ?? claim?.record.branch ?? null, done),
    ignored: without(goesUnkept(contents, isSaving), (name) => left !== null && ports.places.isThere(`${left.path}/${name}`)),
    stashes: contents.stashes,
    left,
  };
}

/** What may be removed, and what is in it. */
export type MayRemove = {
  readonly kind: 'removable';
  readonly claim: Witnessed | null;
  readonly tree: Worktree;
  readonly going: Going;
  readonly contents: TreeContents;
  /** All that was there before that was read. */
  readonly sight: TreeLook;
};

/**
 * Looks whether the worktree of an order may be removed. Changes nothing.
 *
 * @param agreed an earlier look, whose list somebody agreed to: what is in the worktree is not read again
 * @throws ClaimError as {@link removeTree}
 */
export async function mayRemove(
  ports: Ports,
  order: OrderId,
  isSaving: boolean,
  agreed: MayRemove | null = null,
): Promise<MayRemove | Refusal> {
  const seen = await removable(ports, order);
  if (seen.kind === 'refused') return seen;
  const { tree, claim } = seen;
  const going = await whatGoes(ports, order, tree, claim);
  if (agreed !== null && agreed.tree.head !== tree.head)
    throw new ClaimError({ code: 'illegal', kind: 'worktree-in-use', path: tree.path });
  if (agreed !== null) return { ...agreed, tree, claim, going };
  const [sight, contents] = await unlessTakenAway(ports, order, tree.path, async () => [
    await ports.worktrees.look(tree.path),
    await ports.worktrees.contents(tree.path, going),
  ]);
  refuseLoss(order, tree.path, contents, isSaving);
  return { kind: 'removable', claim, tree, going, contents, sight };
}

type Emptying = {
  readonly order: OrderId;
  readonly path: string;
  readonly going: Going;
  readonly isSaving: boolean;
  readonly sight: TreeLook;
};

type Emptied = {
  readonly kind: 'emptied';
  readonly contents: TreeContents;
  readonly saved: string | null;
  readonly keptCommits: string | null;
  readonly discarded: Exclude<Discarded, { kind: 'busy' | 'grown' }>;
};

/** Keeps what must be kept of a worktree that was set aside, and deletes it; puts it back if that may not be. */
async function emptied(ports: Ports, it: Emptying, aside: SetAside): Promise<Emptied | Refusal> {
  const { order, path, going, isSaving, sight } = it;
  let isGone = false;
  try {
    const fresh = aside.newSince(sight);
    if (fresh.length > 0) throw grown(path, fresh, []);
    const contents = await ports.worktrees.contents(aside.path, going);
    refuseLoss(order, path, contents, isSaving);
    const isWorth = hasUnsaved(contents) || (isSaving && contents.ignored.small.length > 0);
    const saved = isWorth ? await ports.worktrees.save(aside.path, order, isSaving ? contents.ignored.small : []) : null;
    const keptCommits = contents.strays.length > 0 ? await ports.worktrees.keep(contents.strays, order) : null;
    // All this takes a while, and another session may have claimed the order since and work there now.
    const { readings } = await ports.registry.survey();
    const refused = othersClaim(ports, order, readings) ?? neighboursClaim(ports, order, path, readings);
    if (refused !== null) return refused;
    const discarded = aside.discard({ saved, ignored: goesUnkept(contents, isSaving) });
    if (discarded.kind === 'busy') throw new ClaimError({ code: 'illegal', kind: 'worktree-in-use', path });
    if (discarded.kind === 'grown') throw grown(path, discarded.files, discarded.open);
    isGone = true;
    return { kind: 'emptied', contents, saved, keptCommits, discarded };
  } catch (error) {
    throw inPlace(error, aside.path, path);
  } finally {
    if (!isGone) aside.putBack();
  }
}

/** Returns the ignored files that exist nowhere else and are not kept: their number, and the first names. */
function goesUnkept({ ignored: { count, names, large } }: TreeContents, isSaving: boolean): Removed['ignored'] {
  return isSaving ? large : { count, names };
}

function without({ count, names }: Removed['ignored'], isThere: (name: string) => boolean): Removed['ignored'] {
  const gone = names.filter((name) => !isThere(name));
  return { count: count - names.length + gone.length, names: gone };
}

/** As many names as a person reads. */
const GROWN_MAX = 20;

function grown(path: string, files: readonly string[], open: readonly string[]): ClaimError {
  const [some, writing] = [files.slice(0, GROWN_MAX), open.slice(0, GROWN_MAX)];
  const count = files.length + open.length;
  return new ClaimError({ code: 'illegal', kind: 'worktree-grown', path, files: some, open: writing, count });
}

type Removable = { readonly kind: 'removable'; readonly claim: Witnessed | null; readonly tree: Worktree };

/** How long a removal waits for another one of the same worktree: most take less. */
const GOING_WAIT_MS = 3_000;
const GOING_POLL_MS = 200;

async function removable(ports: Ports, order: OrderId): Promise<Removable | Refusal> {
  for (let waitedMs = 0; ; waitedMs += GOING_POLL_MS) {
    await recoverTrees(ports);
    // All of them, because another order's claim may name the same worktree.
    const { readings } = await ports.registry.survey();
    const refused = othersClaim(ports, order, readings);
    if (refused !== null) return refused;
    const claim = claimIn(readings, order);
    const tree = await ownTreeOf(ports, order, claim);
    const isGoing = tree.lock?.isGoing === true;
    if (isGoing && waitedMs < GOING_WAIT_MS) {
      await ports.sleep(GOING_POLL_MS);
      continue;
    }
    if (isGoing) throw beingRemoved(order, tree.lock);
    if (tree.lockText !== null && (tree.lock === null || tree.lock.maker !== null))
      throw new ClaimError({ code: 'illegal', kind: 'worktree-locked', path: tree.path, lock: tree.lockText });
    return neighboursClaim(ports, order, tree.path, readings) ?? { kind: 'removable', claim, tree };
  }
}

/** Puts back what killed removals left, and says so: whoever was told nothing of it must know where the work is. */
export async function recoverTrees(ports: Ports): Promise<void> {
  for (const mended of await ports.worktrees.recover()) ports.narrate({ kind: 'mended', mended });
}

/** @throws ClaimError `illegal` if the removal would lose what is in the worktree */
function refuseLoss(order: OrderId, path: string, contents: TreeContents, isSaving: boolean): void {
  const { inner, files, hidden, operation, detached } = contents;
  if (inner.length > 0) throw new ClaimError({ code: 'illegal', kind: 'inner-work', worktree: path, inner });
  if (isSaving || !hasUnsaved(contents)) return;
  throw new ClaimError({ code: 'illegal', kind: 'unsaved-work', order, path, files, hidden, operation, commits: detached });
}

function lockFor(ports: Ports, order: OrderId, tree: Worktree, claim: Witnessed | null): LockReason {
  const session = claim?.record.holder.id ?? tree.lock?.session ?? NOBODY;
  return { order, generation: claim?.record.generation ?? 0, session, maker: ports.self(), isGoing: true };
}

/** Stands in a lock for a holder whose record is gone. */
const NOBODY = 'nobody' as SessionId;
