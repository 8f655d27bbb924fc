import { ClaimError } from '../../../core/errors.ts';
import { type CloneId, type Oid, parseOid } from '../../../core/ids.ts';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import type { Replica } from '../../../core/remote/sync.ts';
import { gitObject } from '../git-object.ts';
import { lastWords } from '../process.ts';
import type { RefUpdate } from '../refs/ref-transaction.ts';
import type { Repository } from '../repository.ts';

/** A ref of claims with what is known of it here and on the remote. */
export type ReplicaRef = Replica & {
  readonly ref: string;
  /** What was claimed here and lost before; undefined for nothing. */
  readonly lost?: Oid | undefined;
};

/** All refs of claims, here and as seen, and whether this clone's own claims were offered to the remote. */
export type Replicas = {
  readonly refs: readonly ReplicaRef[];
  readonly isJoined: boolean;
  /** The last beat of each clone, if all refs were read. */
  readonly beats: ReadonlyMap<CloneId, Oid>;
};

/**
 * Reads refs of claims here and as they were last seen on the remote.
 *
 * @param patterns the refs of claims here; all that are shared, by default
 */
export async function readReplicas(
  repository: Repository,
  refs: RemoteRefs,
  patterns: readonly string[],
  isWhole: boolean,
): Promise<Replicas> {
  const beside = isWhole
    ? [refs.seenPrefix.slice(0, -1)]
    : [refs.joined, ...patterns.flatMap((ref) => [refs.seenOf(ref) as string, refs.unsentOf(ref)])];
  const listed = await repository.git(['for-each-ref', '--format=%(objectname) %(refname)', ...patterns, ...beside]);
  if (listed.code !== 0) throw new ClaimError({ code: 'unknown', kind: 'claims-unreadable', said: lastWords(listed) });
  const nothing = emptyTree(repository);
  const found = new Map<string, { local?: Oid; seen?: Oid; unsent?: Oid | null; lost?: Oid }>();
  const at = (ref: string) => {
    const known = found.get(ref) ?? {};
    found.set(ref, known);
    return known;
  };
  const beats = new Map<CloneId, Oid>();
  let isJoined = false;
  for (const row of String(listed.stdout).split('\n')) {
    const space = row.indexOf(' ');
    const [oid, ref] = [parseOid(row.slice(0, space)), row.slice(space + 1)];
    if (oid === null) continue;
    const [marked, seen, clone] = [refs.localOfUnsent(ref), refs.localOf(ref), refs.cloneOf(ref)];
    const lost = refs.localOfLost(ref);
    if (ref === refs.joined) isJoined = true;
    else if (marked !== null) at(marked).unsent = oid === nothing ? null : oid;
    else if (lost !== null) at(lost).lost = oid;
    else if (seen !== null) at(seen).seen = oid;
    else if (clone !== null) beats.set(clone, oid);
    else if (refs.seenOf(ref) !== null) at(ref).local = oid;
  }
  // A name that was asked for also lists what lies below it.
  const wanted = isWhole ? null : new Set(patterns);
  const replicas = [...found].filter(([ref]) => wanted === null || wanted.has(ref));
  return {
    isJoined,
    beats,
    refs: replicas.map(([ref, { local = null, seen = null, unsent, lost }]) => {
      return { ref, on: kindOf(ref, refs), local, seen, unsent, lost };
    }),
  };
}

/** Returns the object that marks a ref as not sent where the remote had none. */
export function emptyTree({ objectFormat }: Repository): Oid {
  return gitObject(objectFormat, 'tree', '').oid;
}

/** Returns the update that takes away the mark of a ref that waits no longer to be sent; none if it has no mark. */
export function unmarked(
  repository: Repository,
  refs: RemoteRefs,
  { ref, unsent }: Pick<ReplicaRef, 'ref' | 'unsent'>,
): RefUpdate[] {
  return unsent === undefined ? [] : [{ ref: refs.unsentOf(ref), from: unsent ?? emptyTree(repository), to: 'gone' }];
}

/** A guard comes and goes as paths do. */
function kindOf(ref: string, refs: RemoteRefs): Replica['on'] {
  return refs.seenOf(ref)?.startsWith(`${refs.seenPrefix}orders/`) ? 'order' : 'path';
}
