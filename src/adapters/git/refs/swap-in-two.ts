import { ClaimError } from '../../../core/errors.ts';
import type { Oid } from '../../../core/ids.ts';
import { decodePending, encodePending, type Pending } from '../../../core/paths/pending.ts';
import { guardRef, keyOfRef, pathRef } from '../../../core/paths/refs.ts';
import type { TagReader } from '../../../core/record/codec.ts';
import { MISREAD } from '../../../core/record/misread.ts';
import type { PathSurvey, SurveyedPath } from '../../../ports/path-registry.ts';
import { type GitObject, gitObject } from '../git-object.ts';
import { readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import type { RefUpdate } from './ref-transaction.ts';
import type { Mutex } from './stale-locks.ts';
import type { SurveyedRef } from './survey.ts';
import { type RefSwap, type Swapper, whatCameOf } from './swap.ts';

/**
 * Makes a swap in which new path refs are above or below deleted ones, which git cannot do in one transaction. The first
 * transaction does everything else and sets the guard, so that nobody else creates a path ref. This transaction decides: git
 * holds the guard's lock while we check that nothing else is in the way. The second one creates the new refs and deletes the
 * guard. The guard names what is pending, and any session that meets it completes that: see {@link withPending}.
 *
 * @param prefix of path refs
 * @param objects what the new values need, including the records of the new paths
 * @param swap makes each of the transactions
 */
export async function swapInTwo(
  repository: Repository,
  prefix: string,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
  mutex: Mutex,
  swap: Swapper,
): Promise<RefSwap> {
  const coming = updates.filter(({ isExclusive }) => isExclusive);
  const others = updates.filter((one) => !coming.includes(one));
  const text = encodePending(
    others.flatMap(({ ref, from, to }) => {
      const key = keyOfRef(prefix, ref);
      return key !== null && from !== null && to === 'gone' ? [{ key, oid: from }] : [];
    }),
    coming.flatMap(({ ref, to }) => {
      const key = keyOfRef(prefix, ref);
      const object = objects.find(({ oid }) => oid === to);
      return key !== null && object !== undefined ? [{ key, body: String(object.body) }] : [];
    }),
  );
  const pending = gitObject(repository.objectFormat, 'blob', text);
  const guard = { ref: guardRef(prefix), from: null, to: pending.oid };
  const first = await swap(
    repository,
    [...others, guard],
    [...objects, pending],
    mutex,
    coming.map(({ ref }) => ref),
  );
  // Another session may already have done the second transaction. Then no guard shows what was decided.
  if (first.kind === 'lost') return whatCameOf(repository, updates, objects);
  // The outcome of the second transaction does not change the decision.
  if (first.kind === 'applied') await finish(repository, { ...guard, from: pending.oid }, coming, objects, mutex, swap);
  return first;
}

/**
 * Returns the path refs after completing the change that the guard names, if the guard is among the strangers. A killed process
 * left that change half done, or another process is doing it right now. A guard that is not understood stays among the strangers.
 *
 * @param swap makes the transactions; null: they are left to whoever writes next, and the answer is what will be
 */
export async function withPending(
  repository: Repository,
  prefix: string,
  paths: readonly SurveyedPath[],
  strangers: readonly SurveyedRef[],
  mutex: Mutex,
  swap: Swapper | null,
): Promise<PathSurvey> {
  const guard = strangers.find(({ ref }) => ref === guardRef(prefix))?.read(NO_CLAIM, null);
  const names = strangers.map(({ ref }) => ref);
  const finished =
    guard?.kind === 'foreign' && guard.oid !== null
      ? await finishPending(repository, prefix, guard.oid, paths, mutex, swap)
      : null;
  if (finished === null) return { paths, strangers: names };
  return { paths: finished, strangers: names.filter((ref) => ref !== guardRef(prefix)) };
}

const FOREIGN = { kind: 'foreign', why: MISREAD.otherName } as const;
const NO_CLAIM: TagReader<never, null> = { decode: () => FOREIGN, decodeMessage: () => FOREIGN };

/** Returns null if the guard is not understood. */
async function finishPending(
  repository: Repository,
  prefix: string,
  oid: Oid,
  current: readonly SurveyedPath[],
  mutex: Mutex,
  swap: Swapper | null,
): Promise<SurveyedPath[] | null> {
  const [found] = await readObjects(repository.git, [oid]);
  const pending = found?.type === 'blob' ? decodePending(found.body.toString('utf8')) : null;
  const format = repository.objectFormat;
  const nothing = (['tree', 'blob'] as const).map((type) => gitObject(format, type, ''));
  const isFirst = (body: string) => nothing.some(({ oid, type }) => body.startsWith(`object ${oid}\ntype ${type}\n`));
  // A ref to a record whose target does not exist would break git for the whole repository.
  if (pending === null || !pending.coming.every(({ body }) => isFirst(body))) return null;
  const tags = pending.coming.map(({ body }) => gitObject(format, 'tag', body));
  if (swap === null) return afterPending(current, pending, tags);
  const guard = { ref: guardRef(prefix), from: oid };
  const left = pending.going.filter((one) => current.some(({ key, reading }) => isAt(one, key, reading)));
  // A git was killed while it deleted them one by one.
  const going = left.map(({ key, oid: from }) => ({ ref: pathRef(prefix, key), from, to: 'gone' as const }));
  const coming = pending.coming.map(({ key }, at) => ({
    ref: pathRef(prefix, key),
    from: null,
    to: (tags[at] as GitObject).oid,
    isExclusive: true,
  }));
  try {
    if (going.length > 0) await swap(repository, [...going, { ...guard, to: null }], [], mutex);
    await finish(repository, guard, coming, [...nothing, ...tags], mutex, swap);
  } catch (error) {
    // A full disk, for example. A reader gets its answer all the same, and a writer gets the error when it writes.
    if (!(error instanceof ClaimError)) throw error;
  }
  return afterPending(current, pending, tags);
}

/** Creates the refs and deletes the guard. If another session has already done so, the result is the same. */
async function finish(
  repository: Repository,
  guard: Pick<RefUpdate, 'ref' | 'from'>,
  coming: readonly RefUpdate[],
  objects: readonly GitObject[],
  mutex: Mutex,
  swap: Swapper,
): Promise<void> {
  const gone = { ...guard, to: 'gone' } as const;
  const outcome = await swap(repository, [...coming, gone], objects, mutex);
  if (outcome.kind !== 'lost') return;
  // Some of them exist already, or a program that ignores the guard blocks one. The others are created all the same.
  for (const one of coming) {
    const { kind } = await swap(repository, [one, { ...guard, to: null }], objects, mutex);
    if (kind !== 'applied' && kind !== 'lost') return;
  }
  await swap(repository, [gone], [], mutex);
}

function afterPending(current: readonly SurveyedPath[], { going, coming }: Pending, tags: readonly GitObject[]): SurveyedPath[] {
  const stay = current.filter(({ key, reading }) => !going.some((one) => isAt(one, key, reading)));
  const come = coming.map(({ key, record }, at) => ({
    key,
    reading: { kind: 'record' as const, oid: (tags[at] as GitObject).oid, previous: null, record },
  }));
  return [...stay, ...come.filter(({ key }) => !stay.some((one) => one.key === key))].sort((one, other) =>
    one.key < other.key ? -1 : 1,
  );
}

function isAt(one: Pending['going'][number], key: SurveyedPath['key'], reading: SurveyedPath['reading']): boolean {
  return key === one.key && reading.kind === 'record' && reading.oid === one.oid;
}
