import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../../../core/ids.ts';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import { type GitObject, gitObject } from '../git-object.ts';
import { type RefUpdate, updateRefs } from '../refs/ref-transaction.ts';
import { clearStaleLocks, type Mutex } from '../refs/stale-locks.ts';
import { type RefSwap, whatCameOf } from '../refs/swap.ts';
import type { Repository } from '../repository.ts';
import { type ReplicaRef, type Replicas, readReplicas, unmarked } from './replica.ts';

/** How often the refs here are read again, if another process of this clone lets them follow at the same time. */
const FOLLOW_TRIES_MAX = 8;
const RETRY_MS_MAX = 300;

/** A ref of a swap, here and as seen. */
export type Swapped = ReplicaRef & Pick<RefUpdate, 'from'> & Pick<Replicas, 'isJoined'> & { readonly to: Oid | 'gone' };

/** Reads the refs of a swap. */
export async function replicasOf(repository: Repository, refs: RemoteRefs, own: readonly RefUpdate[]): Promise<Swapped[]> {
  const names = own.map(({ ref }) => ref);
  const { refs: listed, isJoined } = await readReplicas(repository, refs, names, false);
  const found = new Map(listed.map((one) => [one.ref, one]));
  return own.map(({ ref, from, to }) => {
    const on = found.get(ref)?.on ?? 'order';
    return { local: null, seen: null, on, ...found.get(ref), ref, from, to: to as Oid | 'gone', isJoined };
  });
}

/** Returns the value of a ref after a swap. */
export function refValueOf(to: Oid | 'gone'): Oid | null {
  return to === 'gone' ? null : to;
}

/** Takes back what was given away here, where the remote certainly was not told, or refuses. */
export async function moveBack(repository: Repository, refs: RemoteRefs, replicas: readonly Swapped[]): Promise<void> {
  const updates = replicas.flatMap(({ ref, from, to, seen, unsent: before }): RefUpdate[] => [
    { ref, from: refValueOf(to), to: from ?? 'gone' },
    ...(before === undefined ? unmarked(repository, refs, { ref, unsent: seen }) : []),
  ]);
  await updateRefs(repository, updates);
}

/**
 * Lets the refs here follow what the remote accepted. If another process of this clone was faster, the result is the same.
 *
 * @param known the refs as they were before the push, if they are as they were
 */
export async function followRemote(
  repository: Repository,
  refs: RemoteRefs,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
  mutex: Mutex,
  known: readonly Swapped[] | null = null,
): Promise<RefSwap> {
  const own = updates.filter(({ ref, to }) => to !== null && refs.seenOf(ref) !== null);
  const others = updates.filter((one) => !own.includes(one) && one.to !== null);
  for (let tries = 1; tries <= FOLLOW_TRIES_MAX; tries += 1) {
    const replicas = (tries === 1 ? known : null) ?? (await replicasOf(repository, refs, own));
    const moves = replicas.flatMap((one): RefUpdate[] => {
      const { ref, local, seen, from, to } = one;
      const after = refValueOf(to);
      if (local !== from && local !== after) return [];
      const own: RefUpdate[] = local === after ? [] : [{ ref, from, to }];
      const known: RefUpdate[] = seen === after ? [] : [{ ref: refs.seenOf(ref) as string, from: seen, to }];
      return [...own, ...known, ...unmarked(repository, refs, one)];
    });
    if (moves.length === 0) break;
    const { code } = await updateRefs(repository, [...moves, ...others]);
    if (code === 0) break;
    if (tries > 2) others.length = 0;
    await clearStaleLocks(
      repository,
      moves.map(({ ref }) => ref),
      mutex,
    );
    await sleep(Math.random() * RETRY_MS_MAX);
  }
  return whatCameOf(repository, own, objects);
}

/** Returns the swap of who does not wait for the remote: the refs here move, and are marked as not sent. */
export function unsent(
  repository: Repository,
  refs: RemoteRefs,
  replicas: readonly Swapped[],
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
): [Repository, readonly RefUpdate[], readonly GitObject[]] {
  const nothing = gitObject(repository.objectFormat, 'tree', '');
  const markers = replicas.flatMap(({ ref, seen, unsent: before }): RefUpdate[] =>
    before === undefined ? [{ ref: refs.unsentOf(ref), from: null, to: seen ?? nothing.oid, isFollower: true }] : [],
  );
  return [repository, [...updates, ...markers], [nothing, ...objects]];
}
