import type { ClaimRecord } from '../../../core/claim/record.ts';
import { orderOfRef } from '../../../core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../core/claim/trailers.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import type { Subject } from '../../../core/liveness/observation.ts';
import { keyOfRef, pathPatterns, pathRefPrefix } from '../../../core/paths/refs.ts';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import type { Contact, LostThere } from '../../../ports/shared-claims.ts';
import { readObjects } from '../read-objects.ts';
import { type RefUpdate, updateRefs } from '../refs/ref-transaction.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import { readFound } from '../refs/survey.ts';
import type { Repository } from '../repository.ts';
import type { Remote } from './call.ts';
import { fetchSeen, type Unreached } from './fetch.ts';
import { type Integrated, integrate } from './integrate.ts';
import { pushRefs } from './push.ts';
import { type Replicas, readReplicas, unmarked } from './replica.ts';

/** What a contact needs to know. */
export type Reach = {
  readonly repository: Repository;
  readonly remote: Remote;
  readonly refs: RemoteRefs;
  /** Of claim refs. */
  readonly prefix: string;
  readonly mutex: Mutex;
};

/** Reads the remote and lets the refs here follow. Returns what followed, or why it cannot be read. */
export async function catchUp(
  reach: Reach,
  limitMs?: number,
  onRead?: (replicas: Replicas) => void,
): Promise<Integrated[] | Unreached> {
  const { repository, remote, refs, mutex } = reach;
  for (let looks = 1; ; looks += 1) {
    const trouble = await fetchSeen(repository, remote, refs, mutex, limitMs);
    if (trouble !== null) return trouble;
    const integrated = await integrate(repository, refs, mutex, async () => {
      const replicas = await allReplicas(reach);
      onRead?.(replicas);
      return replicas;
    });
    // What was read while another process of this clone pushed looks older than what is here. Read again, it does not.
    if (looks === 2 || !integrated.some(({ integration }) => integration === 'rewound')) return integrated;
  }
}

/** Reads the remote, lets the refs here follow, and sends what was not sent. */
export async function contactRemote(reach: Reach, limitMs?: number): Promise<Contact & Found> {
  let beats: Found['beats'] = new Map();
  const integrated = await catchUp(reach, limitMs, (replicas) => {
    beats = replicas.beats;
  });
  if ('said' in integrated) return { kind: 'unreachable', said: integrated.said, found: [], beats };
  const waiting = integrated.filter(({ integration }) => integration === 'wait');
  const sent = waiting.length === 0 ? new Set<string>() : await send(reach, waiting);
  const subjects = (among: readonly Integrated[]) => among.flatMap(({ ref }) => subjectOf(ref, reach.prefix) ?? []);
  const those = (kind: Integrated['integration']) => integrated.filter(({ integration }) => integration === kind);
  return {
    kind: 'reached',
    followed: subjects(those('follow')),
    sent: subjects([...those('settled'), ...waiting.filter(({ ref }) => sent.has(ref))]),
    waiting: subjects(waiting.filter(({ ref }) => !sent.has(ref))),
    lost: those('lost').flatMap(({ ref }) => orderOfRef(reach.prefix, ref) ?? []),
    found: await lossesOf(reach, integrated),
    beats,
    rewound: subjects(those('rewound')),
  };
}

/**
 * Sends the remote what it had before: claims of which it shows an older state, or none. It must have just what it shows.
 *
 * @returns the orders that it has again
 */
export async function restore(reach: Reach): Promise<readonly OrderId[] | Unreached> {
  const integrated = await catchUp(reach);
  if ('said' in integrated) return integrated;
  const rewound = integrated.filter(({ integration }) => integration === 'rewound');
  const sent = rewound.length === 0 ? new Set<string>() : await send(reach, rewound);
  return [...sent].flatMap((ref) => orderOfRef(reach.prefix, ref) ?? []);
}

/** What a contact found besides. */
type Found = { readonly found: readonly LostThere[]; readonly beats: Replicas['beats'] };

/** Reads all refs of claims, here and as seen. */
function allReplicas({ repository, refs, prefix }: Reach): Promise<Replicas> {
  return readReplicas(repository, refs, [prefix.slice(0, -1), ...pathPatterns(pathRefPrefix(prefix))], true);
}

/** Returns what a ref of claims is on; null for one that is on neither an order nor a path. */
function subjectOf(ref: string, prefix: string): Subject | null {
  return orderOfRef(prefix, ref) ?? keyOfRef(pathRefPrefix(prefix), ref);
}

/**
 * Sends refs that the remote does not have yet. One that is refused waits for the next contact, which finds out why. A hook there
 * refuses a push as a whole: then the first few are sent each for itself, orders before their paths. Returns those that were
 * accepted.
 */
async function send(reach: Reach, waiting: readonly Integrated[]): Promise<ReadonlySet<string>> {
  const sent = await sendTogether(reach, waiting);
  const left = waiting.filter(({ ref }) => !sent.has(ref));
  if (left.length === 0 || waiting.length === 1) return sent;
  const alone = [...sent];
  for (const one of byKind(left).slice(0, ALONE_MAX)) alone.push(...(await sendTogether(reach, [one])));
  return new Set(alone);
}

/** Each is a push of its own. The others have their turn at the next contact. */
const ALONE_MAX = 10;

function byKind(refs: readonly Integrated[]): Integrated[] {
  return (['order', 'path'] as const).flatMap((kind) => refs.filter(({ on }) => on === kind));
}

async function sendTogether({ repository, remote, refs }: Reach, waiting: readonly Integrated[]): Promise<ReadonlySet<string>> {
  const pushed = waiting.map(({ ref, local, seen }) => ({
    ref: refs.remoteOf(ref),
    expected: seen,
    to: local ?? ('gone' as const),
  }));
  const outcome = await pushRefs(repository, remote, pushed, false);
  if (outcome.kind === 'unknown') return new Set();
  const moves = waiting.flatMap((one): RefUpdate[] => {
    const { ref, local, seen } = one;
    if (!outcome.moved.has(refs.remoteOf(ref))) return [];
    const known: RefUpdate = { ref: refs.seenOf(ref) as string, from: seen, to: local ?? 'gone' };
    return [known, ...unmarked(repository, refs, one)];
  });
  // If this fails, the next contact sees that they arrived.
  if (moves.length > 0) await updateRefs(repository, moves);
  return new Set(waiting.flatMap(({ ref }) => (outcome.moved.has(refs.remoteOf(ref)) ? [ref] : [])));
}

/** Returns the claims of this clone that the remote has otherwise. */
export async function lossesOf({ repository, prefix }: Reach, integrated: readonly Integrated[]): Promise<LostThere[]> {
  const lost = integrated.filter(({ integration }) => integration === 'lost');
  const orders = lost.flatMap((one) => {
    const order = orderOfRef(prefix, one.ref);
    return order === null || one.local === null ? [] : [{ order, local: one.local, seen: one.seen }];
  });
  const read = async (oids: readonly (Oid | null)[]): Promise<(ClaimRecord | null)[]> => {
    const named = oids.filter((oid) => oid !== null);
    const found = new Map((await readObjects(repository.git, named)).map((object, at) => [named[at], object]));
    return oids.map((oid, at) => {
      const object = oid === null ? null : (found.get(oid) ?? null);
      const reading = object === null ? null : readFound(object, CLAIM_CODEC, orders[at]?.order ?? null);
      return reading?.kind === 'record' ? reading.record : null;
    });
  };
  const [ours, theirs] = [await read(orders.map(({ local }) => local)), await read(orders.map(({ seen }) => seen))];
  return orders.flatMap(({ order }, at) => {
    const record = ours[at] ?? null;
    return record === null ? [] : [{ order, lost: record, now: theirs[at] ?? null }];
  });
}
