import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../../../core/ids.ts';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import { type Integration, integrationOf } from '../../../core/remote/sync.ts';
import { gitObject } from '../git-object.ts';
import type { Git } from '../process.ts';
import { chainOf, readObjects } from '../read-objects.ts';
import { type RefUpdate, updateManyRefs, updateRefs } from '../refs/ref-transaction.ts';
import { clearStaleLocks, type Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { writeObjects } from '../write-objects.ts';
import { emptyTree, type ReplicaRef, type Replicas } from './replica.ts';

/** A ref of claims with what followed for it. */
export type Integrated = ReplicaRef & { readonly integration: Integration };

/** How often the refs are read again if other processes of this clone integrate at the same time. */
const TRIES_MAX = 6;
const RETRY_MS_MAX = 50;

/** From here on one file for all refs is faster than a file for each. */
const MANY = 50;

/**
 * Lets the refs of claims here follow what was seen of the remote. Claims from before there was a remote are marked as not sent.
 *
 * @param read reads all refs of claims as they are now
 */
export async function integrate(
  repository: Repository,
  refs: RemoteRefs,
  mutex: Mutex,
  read: () => Promise<Replicas>,
): Promise<Integrated[]> {
  for (let tries = 1; ; tries += 1) {
    const { refs: found, isJoined } = await read();
    const replicas = isJoined ? found : found.map(asUnsent);
    const integrated = await integrationsOf(repository, replicas);
    const nothing = emptyTree(repository);
    const marked = new Set(found.flatMap(({ ref, unsent }) => (unsent === undefined ? [] : [ref])));
    const updates = integrated.flatMap((one) => updatesOf(one, refs, nothing, marked.has(one.ref)));
    if (!isJoined) updates.push({ ref: refs.joined, from: null, to: nothing });
    if (updates.length === 0) return integrated;
    if (!isJoined) await writeObjects(repository, [gitObject(repository.objectFormat, 'tree', '')]);
    const { code } = await (updates.length > MANY ? updateManyRefs : updateRefs)(repository, updates);
    if (code === 0) return integrated;
    await clearStaleLocks(
      repository,
      updates.map(({ ref }) => ref),
      mutex,
    );
    // A ref that cannot be written, because of a folder of its name, say, holds up no other.
    if (tries === TRIES_MAX) for (const one of updates) await updateRefs(repository, [one]);
    if (tries === TRIES_MAX) return integrated;
    await sleep(Math.random() * RETRY_MS_MAX);
  }
}

/** What was claimed before there was a remote was never sent to it. */
function asUnsent(one: ReplicaRef): ReplicaRef {
  return one.local === null || one.unsent !== undefined ? one : { ...one, unsent: null };
}

async function integrationsOf({ git }: Repository, replicas: readonly ReplicaRef[]): Promise<Integrated[]> {
  // A record belongs to one order, so that one walk answers for all.
  const moved = replicas.filter(({ local, seen }) => local !== null && seen !== null && local !== seen);
  const there = await chained(
    git,
    moved.map(({ seen }) => seen as Oid),
  );
  const isNewer = ({ local }: ReplicaRef) => local !== null && there.has(local);
  const here = await chained(
    git,
    moved.flatMap((one) => (isNewer(one) ? [] : [one.local as Oid])),
  );
  const isOlder = ({ local, seen }: ReplicaRef) => local !== seen && seen !== null && here.has(seen);
  return replicas.map((one) => {
    const age = isNewer(one) ? 'newer' : isOlder(one) ? 'older' : 'other';
    return { ...one, integration: integrationOf(one, age) };
  });
}

/** Returns these records and all that precede them. */
async function chained(git: Git, oids: readonly Oid[]): Promise<ReadonlySet<Oid>> {
  // What is no tag of ours may lead through the history of the whole project.
  const found = await readObjects(git, oids);
  const tags = found.flatMap((object) => (object?.type === 'tag' && isChained(object.body) ? [object.oid as Oid] : []));
  return new Set([...oids, ...(await chainOf(git, tags))]);
}

/** Returns whether a tag is on a tag, as a record is on the one before it. */
function isChained(body: Buffer): boolean {
  return /^object [0-9a-f]+\ntype tag\n/.test(body.toString('latin1', 0, 128));
}

function updatesOf(
  { ref, on, local, seen, unsent, lost, integration }: Integrated,
  refs: RemoteRefs,
  nothing: Oid,
  isMarked: boolean,
): RefUpdate[] {
  const marker = refs.unsentOf(ref);
  const settled: RefUpdate[] = isMarked ? [{ ref: marker, from: unsent ?? nothing, to: 'gone' }] : [];
  switch (integration) {
    case 'follow':
      return [{ ref, from: local, to: seen ?? 'gone' }, ...settled];
    case 'lost': {
      const isKept = on === 'order' && local !== null;
      const kept: RefUpdate[] = isKept ? [{ ref: refs.lostOf(ref), from: lost ?? null, to: local }] : [];
      return [{ ref, from: local, to: seen ?? 'gone' }, ...kept, ...settled];
    }
    case 'settled':
      return settled;
    case 'wait':
      return isMarked ? [] : [{ ref: marker, from: null, to: unsent ?? nothing }];
    case 'nothing':
    case 'rewound':
      return [];
  }
}
