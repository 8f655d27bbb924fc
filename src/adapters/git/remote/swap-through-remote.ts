import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimError } from '../../../core/errors.ts';
import type { RemoteFailure } from '../../../core/failures/remote.ts';
import type { Oid } from '../../../core/ids.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import { syncOf } from '../../../core/remote/sync.ts';
import type { PublishedBranch } from '../../../ports/registry.ts';
import type { GitObject } from '../git-object.ts';
import { chainOf, readObjects } from '../read-objects.ts';
import type { RefUpdate } from '../refs/ref-transaction.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import { isExcluded, type RefSwap, swapRefs } from '../refs/swap.ts';
import type { Repository } from '../repository.ts';
import { writeObjects } from '../write-objects.ts';
import type { Remote } from './call.ts';
import type { Unreached } from './fetch.ts';
import { hasStrayed, PUBLISHING_MS_MAX, pushedBranch, refuseStrayed } from './published.ts';
import { type PushedRef, type PushOutcome, pushRefs } from './push.ts';
import { followRemote, moveBack, refValueOf, replicasOf, type Swapped, unsent } from './refs-here.ts';

/*
 *   write objects -> push, with what the remote must have now -+-> accepted: the refs here follow
 *        ^                                                     +-> refused: fetch, integrate; decide again
 *        |                                                     +-> nobody knows: fetch, and look for our record
 *        +--- the remote has what we expected: not applied ----------+
 *
 * Who gives a claim away is no holder any more once the push has begun: it may arrive later than anybody waits. So the refs here
 * move first then, marked as not sent.
 */

/** What a swap needs to know of the remote. */
export type Shared = {
  readonly remote: Remote;
  readonly refs: RemoteRefs;
  /** Whether the caller wants to go on without the remote. */
  readonly isOffline: boolean;
  /** Reads the remote and lets the refs here follow. Returns null if that worked. */
  readonly catchUp: () => Promise<Unreached | null>;
};

/** How often a push is repeated that the remote refused although its refs are as expected: because of a lock there, say. */
const TRIES_MAX = 4;
const RETRY_MS_MAX = 300;

/**
 * Makes a swap that counts once the remote has it: one push, each ref with the value that the remote was last seen to have. The
 * refs here only follow. It has the shape of {@link swapRefs}, and takes its place where claims are shared.
 *
 * @param published branches that the same push moves; it goes to the name by which git knows their remote
 * @throws ClaimError `remote` if the remote cannot be reached, refuses, or shows an older state than before; or if a branch there
 *   is elsewhere than expected
 */
export async function swapThroughRemote(
  shared: Shared,
  repository: Repository,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
  mutex: Mutex,
  awaited: readonly string[] = [],
  published: readonly PublishedBranch[] = [],
): Promise<RefSwap> {
  const own = updates.filter(({ ref, to }) => to !== null && shared.refs.seenOf(ref) !== null);
  if (own.length === 0) return swapRefs(repository, updates, objects, mutex, awaited);
  const read = () => replicasOf(repository, shared.refs, own);
  const moveHere = async () => swapRefs(...unsent(repository, shared.refs, await read(), updates, objects), mutex, awaited);
  if (shared.isOffline) return moveHere();
  const [first] = published;
  // Marked as not sent, it would be sent later without its branch. And what is completed nobody gets without a person.
  const isParting = first === undefined && own.some((one) => one.isParting);
  const through = first === undefined ? shared.remote : { ...shared.remote, name: first.remote };
  const limits = first === undefined ? {} : { limitMs: PUBLISHING_MS_MAX };
  let before = await read();
  // What was claimed before there was a remote is offered to it first.
  if (before.some(({ isJoined }) => !isJoined)) {
    await meet(shared);
    before = await read();
  }
  let isMoved = false;
  for (let tries = 1; ; tries += 1) {
    const replicas = tries === 1 ? before : await read();
    if (replicas.some((one) => one.local !== (isMoved ? refValueOf(one.to) : one.from))) return { kind: 'lost' };
    if (replicas.some((one) => syncOf(one) === 'diverged')) return decideAgain(shared, read);
    const denied = await writeObjects(repository, objects);
    if (denied !== null) return { kind: 'denied', why: denied };
    if (!isMoved && !(await areUnmoved(repository, updates))) return { kind: 'lost' };
    if (isParting && !isMoved) {
      const moved = await moveHere();
      if (moved.kind !== 'applied') return moved;
      isMoved = true;
    }
    const refs = [...replicas.map((one) => pushed(shared.refs, one)), ...published.map(pushedBranch)];
    const outcome = await pushRefs(repository, through, refs, true, limits);
    if (outcome.kind === 'answered' && own.every(({ ref }) => outcome.moved.has(shared.refs.remoteOf(ref))))
      return followRemote(repository, shared.refs, isMoved ? own : updates, objects, mutex, isMoved ? null : replicas);
    // With a claim that somebody changed, it is the claim that counts.
    if (!replicas.some(({ ref }) => hasStrayed(outcome, shared.refs.remoteOf(ref)))) refuseStrayed(outcome, published);
    const remote = plainAddress(shared.remote.name);
    const giveUp = async (kind: RemoteFailure['kind'], said: string | null): Promise<never> => {
      if (isMoved && kind !== 'remote-unsure') await moveBack(repository, shared.refs, before);
      throw new ClaimError({ code: 'remote', kind, remote, said } as RemoteFailure);
    };
    const trouble = await shared.catchUp();
    if (trouble !== null) return giveUp(unreached(outcome), outcome.said ?? trouble.said);
    const now = await read();
    if (await arrived(repository, now)) return followRemote(repository, shared.refs, isMoved ? own : updates, objects, mutex);
    // As before, and nobody moved on: it was refused for another reason.
    const isUnchanged = now.every(
      (one, at) => one.seen === replicas[at]?.seen && one.local === (isMoved ? refValueOf(one.to) : one.from),
    );
    if (!isUnchanged || (await areExcluded(repository, own))) return { kind: 'lost' };
    // Work may be large: that no answer came in time is no reason to send it again at once.
    if (first !== undefined && outcome.kind === 'unknown' && outcome.said === null) return giveUp('remote-unsure', null);
    const kind = first === undefined ? 'remote-refused' : 'push-refused';
    if (tries === TRIES_MAX) return giveUp(kind, outcome.said);
    await sleep(Math.random() * RETRY_MS_MAX);
  }
}

function pushed(refs: RemoteRefs, { ref, seen, to }: Swapped): PushedRef {
  return { ref: refs.remoteOf(ref), expected: seen, to };
}

/** If git got no connection, nothing was sent. */
function unreached(outcome: PushOutcome): 'remote-unreachable' | 'remote-unsure' {
  return outcome.kind === 'unknown' && !outcome.wasSent ? 'remote-unreachable' : 'remote-unsure';
}

/** What is here is neither what the remote has nor built on it: perhaps only because nobody looked yet. */
async function decideAgain(shared: Shared, read: () => Promise<readonly Swapped[]>): Promise<RefSwap> {
  const remote = await meet(shared);
  const rewound = (await read()).find((one) => syncOf(one) === 'diverged');
  if (rewound === undefined) return { kind: 'lost' };
  throw new ClaimError({ code: 'remote', kind: 'remote-rewound', remote, ref: rewound.ref });
}

/** Reads the remote, and returns its name as it may be shown. */
async function meet({ remote: { name }, catchUp }: Shared): Promise<string> {
  const [trouble, remote] = [await catchUp(), plainAddress(name)];
  if (trouble === null) return remote;
  throw new ClaimError({ code: 'remote', kind: 'remote-unreachable', remote, said: trouble.said });
}

/** Returns whether the branches that must not move meanwhile are where they were. */
async function areUnmoved({ git }: Repository, updates: readonly RefUpdate[]): Promise<boolean> {
  const checked = updates.filter(({ to, isFollower }) => to === null && !isFollower);
  if (checked.length === 0) return true;
  const found = await readObjects(
    git,
    checked.map(({ ref }) => ref),
  );
  return checked.every(({ from }, at) => (found[at]?.oid ?? null) === from);
}

/** Returns whether refs that the remote has keep git from making one of ours. */
function areExcluded(repository: Repository, own: readonly RefUpdate[]): Promise<boolean> {
  const coming = own.flatMap(({ ref, isExclusive }) => (isExclusive ? [ref] : []));
  const going = own.flatMap(({ ref, to }) => (to === 'gone' ? [ref] : []));
  return isExcluded(repository, coming, new Set(going));
}

/** Returns whether the remote's records are ours, or built on ours. */
async function arrived({ git }: Repository, replicas: readonly Swapped[]): Promise<boolean> {
  const written = replicas.filter((one) => one.to !== 'gone');
  // What only deletes has no value of its own to find again.
  if (written.length === 0) return replicas.every(({ seen, from }) => seen === null || seen !== from);
  if (written.some(({ seen }) => seen === null)) return false;
  const chain = new Set(
    await chainOf(
      git,
      written.map(({ seen }) => seen as Oid),
    ),
  );
  return written.every(({ to }) => chain.has(to as Oid));
}
