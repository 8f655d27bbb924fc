import { givenBackNote } from '../../core/claim/note.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import { ClaimError, troubleFrom } from '../../core/errors.ts';
import type { WorktreeTrouble } from '../../core/failures/failure.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import { isForbidden } from '../../core/session/sandbox.ts';
import type { LockReason } from '../../core/trees/lock-reason.ts';
import type { Mended, Worktree } from '../../ports/worktrees.ts';
import { bindTree, treeOf } from '../caller/tree.ts';
import { carryOut } from '../ownership/carry-out.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import { noteChanges, noteEvent } from '../ownership/note-change.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { type Beginning, continuedAt, type OwnPlaces } from './places.ts';

/** How long a command waits for another process that is making the same worktree. */
const MAKER_WAIT_MS = 120_000;
const MAKER_POLL_MS = 200;
/** How long it waits before it says so. */
const SILENT_MS = 1_000;

/**
 * Makes what claims promise: branch, worktree, lock and binding. Each step first checks whether it is done already, so that
 * running a killed command again finishes it. If a worktree cannot be made, the claims that this command took are released.
 *
 * @param beginnings where branches begin that do not exist yet. Without one, a branch begins where the order's branch at a remote
 *   is, or else at the base.
 * @throws ClaimError of the kind `worktree-not-made`
 */
export async function settle(
  ports: Ports,
  asker: Identity,
  claims: readonly ChangedClaim[],
  beginnings: OwnPlaces['beginnings'] = new Map(),
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const claim of claims) {
    if (claim.isAlready && isSettled(ports, claim)) continue;
    const { record } = claim.now;
    leaveOldTree(ports, claim);
    const beginning = beginnings.get(record.order) ?? null;
    const why = hasOwnTree(ports, record) ? await ownTree(ports, record, beginning, warnings).catch(troubleFrom) : null;
    if (why !== null) throw await givenBack(ports, asker, claims, record, why);
    if (!bindTree(ports, claim.now)) {
      warnings.push({ code: 'binding', order: record.order });
    }
  }
  return warnings;
}

/** Unlocks and unbinds the worktree that a claim had before, if it continues in another one. */
function leaveOldTree(ports: Ports, { before, now }: ChangedClaim): void {
  const left = before === null ? null : treeOf(ports, before.record);
  if (left === null || left === treeOf(ports, now.record)) return;
  ports.bindings.unbind(left, now.record.order);
  ports.worktrees.unlock(left, now.record.order);
}

/** The binding is written last. If it exists, everything before it does. */
function isSettled(ports: Ports, { now }: ChangedClaim): boolean {
  return ports.bindings.read(treeOf(ports, now.record)).some(({ order, oid }) => order === now.record.order && oid === now.oid);
}

/** A claim on the main worktree, or on none, has nothing to make. */
function hasOwnTree(ports: Ports, record: ClaimRecord): boolean {
  return record.worktree !== null && record.branch !== null && treeOf(ports, record) !== ports.places.mainDir;
}

/** Makes or adopts the worktree of a claim. Returns null, or why there is none. */
async function ownTree(
  ports: Ports,
  record: ClaimRecord,
  beginning: Beginning | null,
  warnings: Warning[],
): Promise<WorktreeTrouble | null> {
  const path = treeOf(ports, record) as string;
  const branch = record.branch as string;
  const { order, generation, holder } = record;
  const lock: LockReason = { order, generation, session: holder.id, maker: null };
  const listed = async () => (await ports.worktrees.list()).filter(({ isMissing }) => !isMissing);
  let tree: Worktree | undefined;
  for (let waitedMs = 0; ; waitedMs += MAKER_POLL_MS) {
    for (const mended of await ports.worktrees.repair(path, order, branch))
      if (isWorthSaying(mended)) warnings.push({ code: 'work-saved', mended });
    const trees = await listed();
    tree = trees.find((one) => one.path === path);
    // Whoever removes the order's worktree has moved it out of its place.
    const busy = trees.find((one) => one.lock?.maker && (one === tree || (one.lock.isGoing && one.lock.order === order)));
    if (busy === undefined) break;
    if (waitedMs === SILENT_MS && busy.lock !== null) ports.narrate({ kind: 'waiting', order, lock: busy.lock });
    if (waitedMs >= MAKER_WAIT_MS) return { kind: 'being-made', lock: busy.lockText };
    await ports.sleep(MAKER_POLL_MS);
  }
  // With a separate git directory, git does not list the main worktree under its own path.
  if (tree !== undefined || path === ports.places.topLevel) {
    ports.worktrees.lock(path, lock);
    if (tree !== undefined && tree.branch !== branch) {
      warnings.push({ code: 'other-branch', order, branch, actual: tree.branch, role: 'adopted' });
    }
    return null;
  }
  const hadBranch = (await ports.branches.tip(branch)) !== null;
  if (record.base === null) return { kind: 'no-branch', branch, said: null };
  const at = beginning?.commit ?? (hadBranch ? null : await continuedTip(ports, order, branch)) ?? record.base;
  const refused = await ports.branches.create(branch, at);
  if (refused !== null) return { kind: 'no-branch', branch, said: refused };
  await ports.setup.notePending(path).catch((error) => {
    warnings.push({ code: 'setup-failed', order, why: { kind: 'planned', failure: troubleFrom(error) } });
  });
  await ports.worktrees.ignoreInside(path).catch((error) => {
    warnings.push({ code: 'not-ignored', order, path, failure: troubleFrom(error) });
  });
  const { watch } = ports;
  const onProgress = watch === null ? null : (said: string) => watch({ kind: 'checkout', order, said });
  const failed = await ports.worktrees.add(path, branch, { ...lock, maker: ports.self() }, onProgress);
  if (failed === null) return null;
  if ((await listed()).some((one) => one.path === path)) {
    // Git removes a worktree that it could not check out. One that exists is whole, and only the checkout hook failed.
    ports.worktrees.lock(path, lock);
    warnings.push({ code: 'checkout-hook', order, said: failed });
    return null;
  }
  await ports.setup.done(path);
  if (!hadBranch) await ports.branches.remove(branch, at);
  const lost = (await ports.worktrees.list()).find((one) => one.isMissing && (one.branch === branch || one.path === path));
  if (lost !== undefined) return { kind: 'lost-tree', branch, path: lost.path, reason: lost.lockText ?? '' };
  return { kind: 'error', said: failed };
}

/** A registration that is forgotten with nothing in it, and a worktree that is completed as it should be, concern nobody. */
function isWorthSaying({ kind, ref, ignored }: Mended): boolean {
  return ref !== null || kind === 'put-back' || ignored.count > 0;
}

/** Returns the commit of the branch at a remote that the claim of an interrupted command continues; null if there is none. */
async function continuedTip(ports: Ports, order: OrderId, branch: string): Promise<Oid | null> {
  const { named } = await ports.branches.startOf([order]);
  return (await continuedAt(ports, order, branch, named))?.tip ?? null;
}

/**
 * Releases the claims that this command took, because a claim without a worktree only hinders others. A claim that the session
 * held before, which this command renewed or answered, is kept.
 *
 * @returns the error that says so
 */
async function givenBack(
  ports: Ports,
  asker: Identity,
  claims: readonly ChangedClaim[],
  record: ClaimRecord,
  why: WorktreeTrouble,
): Promise<ClaimError> {
  const newOnes = claims.filter(({ before, now }) => before?.record.generation !== now.record.generation);
  const taken = newOnes.map(({ now }) => now.record.order);
  // The command ends here, and does not log them itself.
  for (const one of newOnes) noteEvent(ports, asker, one);
  const note = givenBackNote(record.order);
  const back =
    taken.length === 0
      ? null
      : await carryOut(ports, { asker, command: 'release', orders: taken, gather: async () => () => ({ note }) });
  for (const { now } of newOnes) {
    const path = treeOf(ports, now.record);
    ports.bindings.unbind(path, now.record.order);
    if (path !== null) ports.worktrees.unlock(path, now.record.order);
  }
  if (back?.kind === 'changed') noteChanges(ports, asker, back);
  const fate = back === null ? 'none-taken' : back.kind === 'changed' ? 'given-back' : 'not-given-back';
  const isDenied = why.kind === 'error' && isForbidden(why.said);
  const sandbox = ports.sandbox ?? (isDenied ? 'unknown' : null);
  return new ClaimError({ code: 'git', kind: 'worktree-not-made', order: record.order, why, fate, taken, sandbox });
}
