import type { ClaimRecord } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { LockReason } from '../../core/trees/lock-reason.ts';
import type { Worktree } from '../../ports/worktrees.ts';
import { bindTree, treeOf } from '../caller/tree.ts';
import { changeOwnership } from '../ownership/change-ownership.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** How long a command waits for another process of the same session that is making the very same tree. */
const MAKER_WAIT_MS = 120_000;
const MAKER_POLL_MS = 200;

/** A work tree could not be made. */
export class TreeNotMade extends ClaimError {
  /** The claims that the command took are nobody's again. */
  readonly isGivenBack: boolean;

  constructor(message: string, detail: { readonly hint: string; readonly isGivenBack: boolean }) {
    super('git', message, detail);
    this.isGivenBack = detail.isGivenBack;
  }
}

/**
 * Makes what claims promise: branch, work tree, lock and binding. Each step looks first, so that a command that was killed anywhere is
 * finished by running it again. When a tree cannot be made, the claims this command took are given back.
 *
 * @throws TreeNotMade
 */
export async function settle(ports: Ports, asker: Identity, claims: readonly ChangedClaim[]): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const claim of claims) {
    if (claim.isAlready && isSettled(ports, claim)) continue;
    const { record } = claim.now;
    leaveOldTree(ports, claim);
    const failure = hasOwnTree(ports, record) ? await ownTree(ports, record, warnings).catch(reasonOf) : null;
    if (failure !== null) throw await givenBack(ports, asker, claims, record, failure);
    if (!bindTree(ports, claim.now)) {
      warnings.push({
        code: 'binding',
        message: `${record.order}: its work tree could not be marked, so commands there need the order's name`,
      });
    }
  }
  return warnings;
}

/** Work that goes on elsewhere leaves the tree it was begun in to whoever comes. */
function leaveOldTree(ports: Ports, { before, now }: ChangedClaim): void {
  const left = before === null ? null : treeOf(ports, before.record);
  if (left === null || left === treeOf(ports, now.record)) return;
  ports.bindings.unbind(left, now.record.order);
  ports.worktrees.unlock(left, now.record.order);
}

/** The binding is written last: with it, everything before it is there. */
function isSettled(ports: Ports, { now }: ChangedClaim): boolean {
  return ports.bindings.read(treeOf(ports, now.record)).some(({ order, oid }) => order === now.record.order && oid === now.oid);
}

/** A claim on the main tree, or on no tree, has nothing to make. */
function hasOwnTree(ports: Ports, record: ClaimRecord): boolean {
  return record.worktree !== null && record.branch !== null && treeOf(ports, record) !== ports.places.mainDir;
}

/** After the swap every failure has to say what became of the claims. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns null, or why there is no tree. */
async function ownTree(ports: Ports, record: ClaimRecord, warnings: Warning[]): Promise<string | null> {
  const path = treeOf(ports, record) as string;
  const branch = record.branch as string;
  const { order, generation, holder } = record;
  const lock: LockReason = { order, generation, session: holder.id, maker: null };
  const standing = async () => (await ports.worktrees.list()).find((tree) => tree.path === path && !tree.isMissing);
  let tree: Worktree | undefined;
  for (let waitedMs = 0; ; waitedMs += MAKER_POLL_MS) {
    const saved = await ports.worktrees.mend(path, order);
    if (saved !== null)
      warnings.push({
        code: 'work-saved',
        message: `${order}: an unfinished work tree was completed; what differed in it is kept as ${saved}`,
      });
    tree = await standing();
    if (!tree?.lock?.maker) break;
    if (waitedMs >= MAKER_WAIT_MS) return `another process is still making it (${tree.lockText})`;
    await ports.sleep(MAKER_POLL_MS);
  }
  // The main tree of a separate git directory is not in git's list under its own name.
  if (tree !== undefined || path === ports.places.topLevel) {
    ports.worktrees.lock(path, lock);
    if (tree !== undefined && tree.branch !== branch) {
      warnings.push({
        code: 'other-branch',
        message: `${order}: its work tree is adopted as it stands, on ${tree.branch ?? 'no branch'} and not on ${branch}`,
      });
    }
    return null;
  }
  const hadBranch = (await ports.branches.tip(branch)) !== null;
  const refused = record.base === null ? 'it has no commit to start from' : await ports.branches.create(branch, record.base);
  if (refused !== null) return `branch ${branch}: ${refused}`;
  await ports.setup.owe(path).catch((error) => {
    warnings.push({ code: 'setup-failed', message: `${order}: its work tree will not be set up: ${reasonOf(error)}` });
  });
  const failed = await ports.worktrees.add(path, branch, { ...lock, maker: ports.self() });
  if (failed === null) return null;
  if ((await standing()) !== undefined) {
    // Git takes back a tree that it could not check out; one that stands is whole, and only the hook that ran last failed.
    ports.worktrees.lock(path, lock);
    warnings.push({
      code: 'checkout-hook',
      message: `${order}: its work tree was made, but a hook of this repository failed: ${failed}`,
    });
    return null;
  }
  await ports.setup.done(path);
  if (!hadBranch && record.base !== null) await ports.branches.remove(branch, record.base);
  return failed;
}

/**
 * Claims without a place to work would only stand in others' way: those taken by this command are released again, loudly. One that was held before it
 * (renewed or answered by the way) stays.
 */
async function givenBack(
  ports: Ports,
  asker: Identity,
  claims: readonly ChangedClaim[],
  record: ClaimRecord,
  failure: string,
): Promise<TreeNotMade> {
  const newOnes = claims.filter(({ before, now }) => before?.record.generation !== now.record.generation);
  const taken = newOnes.map(({ now }) => now.record.order);
  const note = `given back: the work tree of ${record.order} could not be made`;
  const back = taken.length === 0 ? null : await changeOwnership(ports, asker, 'release', taken, async () => () => ({ note }));
  for (const { now } of newOnes) {
    const path = treeOf(ports, now.record);
    ports.bindings.unbind(path, now.record.order);
    if (path !== null) ports.worktrees.unlock(path, now.record.order);
  }
  const fate =
    back === null
      ? 'it is still yours'
      : back.kind === 'changed'
        ? `${taken.join(', ')} given back`
        : `${taken.join(', ')} could not be given back`;
  return new TreeNotMade(`the work tree of ${record.order} could not be made: ${failure} (${fate})`, {
    isGivenBack: back?.kind === 'changed',
    hint: `mend that and run the command again, or claim for the present tree: git claim --no-worktree ${record.order}`,
  });
}
