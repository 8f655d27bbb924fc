import { encodeRecord, type Tagger } from '../../core/claim/codec.ts';
import { claimRef } from '../../core/claim/refs.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Change, SwapOutcome } from '../../ports/registry.ts';
import { packLooseClaims } from './loose-claims.ts';
import { gitObject } from './objects.ts';
import type { Repository } from './repository.ts';
import type { Mutex } from './stale-locks.ts';
import { swapRefs } from './swap.ts';

/** Encodes the records of the changes as tag objects and swaps the claim refs onto them. */
export async function swapClaims(
  repository: Repository,
  prefix: string,
  tagger: Tagger,
  changes: readonly Change[],
  mutex: Mutex,
): Promise<SwapOutcome> {
  const { objectFormat } = repository;
  const emptyBlob = await gitObject(objectFormat, 'blob', '');
  const objects = changes.some(({ expected }) => expected === null) ? [emptyBlob] : [];
  const oids = new Map<OrderId, (typeof emptyBlob)['oid']>();
  for (const { order, expected, record } of changes) {
    if (record === null) continue;
    const target =
      expected === null ? { oid: emptyBlob.oid, type: 'blob' as const } : { oid: expected.oid, type: 'tag' as const };
    const tag = await gitObject(objectFormat, 'tag', encodeRecord(record, target, tagger));
    objects.push(tag);
    oids.set(order, tag.oid);
  }
  const updates = changes.map(({ order, expected }) => ({
    ref: claimRef(prefix, order),
    from: expected?.oid ?? null,
    to: oids.get(order) ?? null,
  }));
  const outcome = await swapRefs(repository, updates, objects, mutex);
  if (outcome.kind !== 'applied') return outcome;
  await packLooseClaims(repository, prefix, mutex);
  const superseded = changes.map(({ order }) => order).filter((order) => outcome.superseded.includes(claimRef(prefix, order)));
  return { kind: 'applied', oids, superseded };
}
