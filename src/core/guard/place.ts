import type { ClaimRecord } from '../claim/record.ts';
import { isLive } from '../claim/record.ts';
import type { OrderId, SessionKey } from '../ids.ts';
import type { Committer, Rule } from './mode.ts';

/** One claim as it stands, and what it is to whoever is at work. */
export type KnownClaim = {
  readonly order: OrderId;
  /** Null where the ref cannot be read or is not understood: it counts as taken. */
  readonly record: ClaimRecord | null;
  readonly isMine: boolean;
  /** Its record names the work tree that the hook runs in. */
  readonly isThisTrees: boolean;
};

export type Scene = {
  readonly actor: Committer;
  /** The branch that a commit moves; null when HEAD is detached. */
  readonly branch: string | null;
  /** The commit is a merge: it brings finished work together, and is no work on an order. */
  readonly isMerge: boolean;
  /** The work tree's binding. */
  readonly bound: readonly { readonly order: OrderId; readonly key: SessionKey }[];
  readonly claims: readonly KnownClaim[];
  /** The order that the branch is named for, where it is known to be one. */
  readonly named: OrderId | null;
};

/** Something a hook has to say, and about which claim. */
export type Misplacement = { readonly rule: Rule; readonly order: OrderId };

/** Judges whether a commit may be made where it is about to be made. Each claim is named once, by the gravest finding. */
export function judgePlace(scene: Scene): readonly Misplacement[] {
  const found = [...boundElsewhere(scene), ...branchOfOthers(scene), ...ownElsewhere(scene)];
  const first = found.filter(({ order }, at) => found.findIndex((one) => one.order === order) === at);
  return first.length > 0 ? first : unclaimed(scene);
}

/** Tells whether a live claim is worked on in this tree, or on this branch. */
export function isHere({ branch, bound }: Pick<Scene, 'branch' | 'bound'>, { order, record, isThisTrees }: KnownClaim): boolean {
  if (record === null || !isLive(record)) return false;
  if (record.branch !== null) return record.branch === branch || (branch === null && bound.some((one) => one.order === order));
  return isThisTrees || bound.some((one) => one.order === order);
}

/** What the tree was bound to, and is now out of reach. */
function boundElsewhere({ bound, claims }: Scene): Misplacement[] {
  return bound.flatMap(({ order, key }): Misplacement[] => {
    const standing = claims.find((claim) => claim.order === order);
    if (standing === undefined) return [];
    const { record, isMine } = standing;
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

/** A session that works here on one of its orders may have others elsewhere. */
function ownElsewhere(scene: Scene): Misplacement[] {
  const mine = scene.claims.filter(({ record, isMine }) => isMine && record !== null && isLive(record));
  if (scene.actor === 'nobody' || scene.isMerge || mine.some((claim) => isHere(scene, claim))) return [];
  const elsewhere = mine.find(({ record, isThisTrees }) => record?.worktree !== null && !isThisTrees);
  return elsewhere === undefined ? [] : [{ rule: 'elsewhere', order: elsewhere.order }];
}

function unclaimed({ actor, named, claims }: Scene): Misplacement[] {
  if (actor !== 'agent' || named === null) return [];
  const standing = claims.find(({ order }) => order === named);
  if (standing !== undefined && standing.record === null) return [{ rule: 'unknown', order: named }];
  return standing?.record && isLive(standing.record) ? [] : [{ rule: 'unclaimed', order: named }];
}
