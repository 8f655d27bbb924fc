import type { Action } from '../../../core/claim/record.ts';
import { claimRef, doneRef } from '../../../core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../core/claim/trailers.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Subject } from '../../../core/liveness/observation.ts';
import { overlaps } from '../../../core/path.ts';
import { guardRef, pathRef, pathRefPrefix } from '../../../core/paths/refs.ts';
import { PATH_CODEC } from '../../../core/paths/trailers.ts';
import type { Codec, Tagger, TagTarget } from '../../../core/record/codec.ts';
import type { PathChange } from '../../../ports/path-registry.ts';
import type { ClaimChange, SwapOutcome } from '../../../ports/registry.ts';
import { type GitObject, gitObject } from '../git-object.ts';
import { readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { packLooseClaims } from './loose-claims.ts';
import type { RefUpdate } from './ref-transaction.ts';
import type { Mutex } from './stale-locks.ts';
import { type Swapper, swapRefs } from './swap.ts';

/**
 * Encodes the new records as tag objects and swaps the claim refs and path refs to them.
 *
 * @param swap moves the refs: here, or on the remote through which claims are shared
 */
export async function swapClaims(
  repository: Repository,
  prefix: string,
  tagger: Tagger,
  changes: readonly ClaimChange[],
  paths: readonly PathChange[],
  mutex: Mutex,
  swap: Swapper = swapRefs,
): Promise<SwapOutcome> {
  const { objectFormat } = repository;
  const pathPrefix = pathRefPrefix(prefix);
  const nothing = gitObject(objectFormat, 'tree', '');
  const isFirst = [...changes, ...paths].some(({ expected, record }) => expected === null && record !== null);
  const objects: GitObject[] = isFirst ? [nothing] : [];
  const oids = new Map<Subject, Oid>();
  const write = <Record>(codec: Codec<Record, never>, subject: Subject, expected: Oid | undefined, record: Record | null) => {
    if (record === null) return;
    const target: TagTarget = expected === undefined ? { oid: nothing.oid, type: 'tree' } : { oid: expected, type: 'tag' };
    const tag = gitObject(objectFormat, 'tag', codec.encode(record, target, tagger));
    objects.push(tag);
    oids.set(subject, tag.oid);
  };
  for (const { order, expected, record } of changes) write(CLAIM_CODEC, order, expected?.oid, record);
  for (const { key, expected, record } of paths) write(PATH_CODEC, key, expected?.oid, record);

  const updates: RefUpdate[] = [
    ...changes.map(({ order, expected, record }) => ({
      ref: claimRef(prefix, order),
      from: expected?.oid ?? null,
      to: oids.get(order) ?? null,
      isParting: record !== null && PARTING.includes(record.action),
    })),
    ...(await doneUpdates(repository, changes)),
    ...paths.map(({ key, expected, record }) => ({
      ref: pathRef(pathPrefix, key),
      from: expected?.oid ?? null,
      to: oids.get(key) ?? ('gone' as const),
      isExclusive: expected === null,
      isParting: record === null,
    })),
  ];
  const unmoved = changes.flatMap((change): RefUpdate[] =>
    change.unmoved ? [{ ref: `refs/heads/${change.unmoved.branch}`, from: change.unmoved.tip, to: null }] : [],
  );
  const isNewPath = paths.some(({ expected }) => expected === null);
  const guard: RefUpdate[] = isNewPath ? [{ ref: guardRef(pathPrefix), from: null, to: null }] : [];
  const published = changes.flatMap(({ publishes }) => publishes ?? []);
  const outcome = isInTwo(paths)
    ? await (await import('./swap-in-two.ts')).swapInTwo(repository, pathPrefix, [...updates, ...unmoved], objects, mutex, swap)
    : await swap(repository, [...updates, ...unmoved, ...guard], objects, mutex, [], published);
  if (outcome.kind !== 'applied') return outcome;
  await packLooseClaims(repository, [prefix, ...(isNewPath ? [pathPrefix] : [])], mutex);
  const superseded = changes.map(({ order }) => order).filter((order) => outcome.superseded.includes(claimRef(prefix, order)));
  return { kind: 'applied', oids, superseded };
}

/** What a holder writes that is no holder any more by it. */
const PARTING: readonly Action[] = ['release', 'complete', 'abandon', 'hand'];

/** Returns the updates that keep the last commits of orders that these changes complete. */
async function doneUpdates({ git }: Repository, changes: readonly ClaimChange[]): Promise<RefUpdate[]> {
  const kept = changes.flatMap(({ order, keeps }) => (keeps ? [{ ref: doneRef(order), to: keeps }] : []));
  const found = await readObjects(
    git,
    kept.map(({ ref }) => ref),
  );
  return kept.map(({ ref, to }, at) => {
    const from = parseOid(found[at]?.oid ?? '');
    return { ref, from, to: to === from ? null : to, isFollower: true };
  });
}

/** Returns whether a new path is above or below one that is deleted. */
function isInTwo(paths: readonly PathChange[]): boolean {
  const going = paths.filter(({ record }) => record === null);
  return paths.some(({ key, expected }) => expected === null && going.some((one) => overlaps(one.key, key)));
}
