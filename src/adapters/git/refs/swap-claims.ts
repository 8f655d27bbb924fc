import { encodeRecord } from '../../../core/claim/codec.ts';
import { claimRef } from '../../../core/claim/refs.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import { overlaps, type PathKey } from '../../../core/path.ts';
import { encodePathRecord } from '../../../core/paths/codec.ts';
import { guardRef, pathRef, pathRefPrefix } from '../../../core/paths/refs.ts';
import type { Tagger, TagTarget } from '../../../core/record/tag.ts';
import type { PathChange } from '../../../ports/path-registry.ts';
import type { ClaimChange, SwapOutcome } from '../../../ports/registry.ts';
import type { Repository } from '../repository.ts';
import { type GitObject, gitObject } from '../write-objects.ts';
import { packLooseClaims } from './loose-claims.ts';
import type { RefUpdate } from './ref-transaction.ts';
import type { Mutex } from './stale-locks.ts';
import { swapRefs } from './swap.ts';

/** Encodes the records of the changes as tag objects and swaps the claim refs and path refs onto them. */
export async function swapClaims(
  repository: Repository,
  prefix: string,
  tagger: Tagger,
  changes: readonly ClaimChange[],
  paths: readonly PathChange[],
  mutex: Mutex,
): Promise<SwapOutcome> {
  const { objectFormat } = repository;
  const pathPrefix = pathRefPrefix(prefix);
  const emptyBlob = gitObject(objectFormat, 'blob', '');
  const isFirst = [...changes, ...paths].some(({ expected, record }) => expected === null && record !== null);
  const objects: GitObject[] = isFirst ? [emptyBlob] : [];
  const write = (expected: Oid | null, encode: (target: TagTarget) => string) => {
    const tag = gitObject(
      objectFormat,
      'tag',
      encode(expected === null ? { oid: emptyBlob.oid, type: 'blob' } : { oid: expected, type: 'tag' }),
    );
    objects.push(tag);
    return tag.oid;
  };
  const oids = new Map<OrderId, Oid>();
  for (const { order, expected, record } of changes)
    if (record !== null)
      oids.set(
        order,
        write(expected?.oid ?? null, (target) => encodeRecord(record, target, tagger)),
      );
  const pathOids = new Map<PathKey, Oid>();
  for (const { key, expected, record } of paths)
    if (record !== null)
      pathOids.set(
        key,
        write(expected?.oid ?? null, (target) => encodePathRecord(record, target, tagger)),
      );

  const updates: RefUpdate[] = [
    ...changes.map(({ order, expected }) => ({
      ref: claimRef(prefix, order),
      from: expected?.oid ?? null,
      to: oids.get(order) ?? null,
    })),
    ...paths.map(({ key, expected }) => ({
      ref: pathRef(pathPrefix, key),
      from: expected?.oid ?? null,
      to: pathOids.get(key) ?? ('gone' as const),
      isExclusive: expected === null,
    })),
  ];
  const isNewPath = paths.some(({ expected }) => expected === null);
  const guard: RefUpdate[] = isNewPath ? [{ ref: guardRef(pathPrefix), from: null, to: null }] : [];
  const outcome = isInTwo(paths)
    ? await (await import('./swap-in-two.ts')).swapInTwo(repository, pathPrefix, updates, objects, mutex)
    : await swapRefs(repository, [...updates, ...guard], objects, mutex);
  if (outcome.kind !== 'applied') return outcome;
  await packLooseClaims(repository, [prefix, ...(isNewPath ? [pathPrefix] : [])], mutex);
  const superseded = changes.map(({ order }) => order).filter((order) => outcome.superseded.includes(claimRef(prefix, order)));
  return { kind: 'applied', oids, pathOids, superseded };
}

/** Whether a new path comes above or below one that goes. */
function isInTwo(paths: readonly PathChange[]): boolean {
  const going = paths.filter(({ record }) => record === null);
  return paths.some(({ key, expected }) => expected === null && going.some((one) => overlaps(one.key, key)));
}
