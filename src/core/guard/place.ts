import type { ClaimRecord } from '../claim/record.ts';
import { isLive } from '../claim/record.ts';
import type { OrderId, SessionKey } from '../ids.ts';
import type { MaybeEnded } from '../record/witness.ts';
import type { Committer, Rule } from './mode.ts';

/** One claim as it is now, and what it is to the session at work. */
export type KnownClaim = MaybeEnded & {
  readonly order: OrderId;
  /** Null if the ref cannot be read or is not understood. The order then counts as taken. */
  readonly record: ClaimRecord | null;
  readonly isMine: boolean;
  /** Its record names the worktree in which the hook runs. */
  readonly isThisTrees: boolean;
};

export type Scene = {
  readonly actor: Committer;
  /** The branch that a commit moves; null if HEAD is detached. */
  readonly branch: string | null;
  /** The commit is a merge: it combines finished work, and is no work on an order itself. */
  readonly isMerge: boolean;
  /** The worktree's binding. */
  readonly bound: readonly { readonly order: OrderId; readonly key: SessionKey }[];
  readonly claims: readonly KnownClaim[];
  /** The order that the branch is named for, if it is a known order; if the name says several, one of the asker's own. */
  readonly named: OrderId | null;
};

/** What a hook has to say, and about which order. */
export type Misplacement = { readonly rule: Rule; readonly order: OrderId };

/** Returns what is wrong with committing here and now. Each claim appears once, with its worst finding. */
export function judgePlace(scene: Scene): readonly Misplacement[] {
  const found = [...boundElsewhere(scene), ...branchOfOthers(scene), ...ownElsewhere(scene)];
  const first = found.filter(({ order }, at) => found.findIndex((one) => one.order === order) === at);
  return first.length > 0 ? first : byName(scene);
}

/** Returns whether a claim is live, without looking at the record of one that is known to have ended. */
export function isHeld(claim: KnownClaim): boolean {
  return claim.isEnded === undefined && claim.record !== null && isLive(claim.record);
}

/**
 * Returns whether a live claim is worked on in this worktree or on this branch. A worktree that is bound to an order stays that
 * order's if its branch is renamed or another one is made there.
 */
export function isHere({ branch, bound }: Pick<Scene, 'branch' | 'bound'>, claim: KnownClaim): boolean {
  if (!isHeld(claim)) return false;
  const { order } = claim;
  const record = claim.record as ClaimRecord;
  const binding = bound.find((one) => one.order === order);
  if (record.branch === null) return claim.isThisTrees || binding !== undefined;
  if (record.branch === branch) return true;
  if (binding === undefined) return false;
  // Whoever lost the claim takes its changes along, to a branch of its own.
  return branch === null || (binding.key === record.holder.key && !NO_ORDERS.includes(branch));
}

/** Branches that belong to no order, as the shell hooks know them too. */
const NO_ORDERS: readonly string[] = ['main', 'master'];

/** Finds orders that the worktree is bound to and that the session at work does not hold, or that cannot be read. */
function boundElsewhere({ bound, claims }: Scene): Misplacement[] {
  return bound.flatMap(({ order, key }): Misplacement[] => {
    const current = claims.find((claim) => claim.order === order);
    // Git-claim never deletes the ref of an order: somebody else did.
    if (current === undefined) return [{ rule: 'lost', order }];
    const { record, isMine } = current;
    if (record === null) return [{ rule: 'unknown', order }];
    if (!isLive(record) || isMine) return [];
    return [{ rule: record.holder.key === key ? 'branch' : 'lost', order }];
  });
}

function branchOfOthers(scene: Scene): Misplacement[] {
  return scene.claims.flatMap((claim): Misplacement[] =>
    !claim.isMine && isHere(scene, claim) ? [{ rule: 'branch', order: claim.order }] : [],
  );
}

/** A session that works on one of its orders here may have others elsewhere. */
function ownElsewhere(scene: Scene): Misplacement[] {
  const mine = scene.claims.filter((claim) => claim.isMine && isHeld(claim));
  if (scene.actor === 'nobody' || scene.isMerge || mine.some((claim) => isHere(scene, claim))) return [];
  const elsewhere = mine.find(({ record, isThisTrees }) => record?.worktree !== null && !isThisTrees);
  return elsewhere === undefined ? [] : [{ rule: 'elsewhere', order: elsewhere.order }];
}

/** The name of a branch says which order is worked on where no claim does. */
function byName(scene: Scene): Misplacement[] {
  const { actor, named, claims } = scene;
  if (named === null || claims.some((claim) => claim.isMine && isHere(scene, claim))) return [];
  const current = claims.find(({ order }) => order === named);
  if (current?.record != null && isLive(current.record)) return current.isMine ? [] : [{ rule: 'named', order: named }];
  if (actor !== 'agent') return [];
  return [{ rule: current?.record === null ? 'unknown' : 'unclaimed', order: named }];
}
