import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../../../core/ids.ts';
import { foldersAbove } from '../../../core/path.ts';
import { isForbidden } from '../../../core/session/sandbox.ts';
import type { PublishedBranch } from '../../../ports/registry.ts';
import { monotonicMs } from '../../system/monotonic.ts';
import { readText } from '../files.ts';
import type { GitObject } from '../git-object.ts';
import { areLoose } from '../loose-objects.ts';
import { type Git, lastWords } from '../process.ts';
import { chainOf, readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { writeObjects } from '../write-objects.ts';
import { looseValue } from './ref-files.ts';
import { type RefUpdate, updateRefs } from './ref-transaction.ts';
import { blockingLock, clearStaleLocks, type Mutex, STALE_LOCK_MS } from './stale-locks.ts';
import { refFiles } from './survey.ts';

/*
 *   write objects -> move the refs -> read the refs again -+-> ours, or a record on top of ours: applied
 *        ^                                                 +-> something else, or only some of ours: lost
 *        |                                                 +-> as before: clear stale locks, wait a little --+
 *        +---------------------------------------------------------------------------------------------------+
 */

/** Long enough for a stale lock to become old enough to judge, and for a burst of a hundred rivals to pass. */
const PATIENCE_MS = STALE_LOCK_MS + 6_000;
const RETRY_MS_MAX = 50;

/**
 * How often a swap is tried if no lock explains its failure. A ref that git cannot write (because of a
 * folder of its name, say) stays that way.
 */
const TRIES_MAX = 10;

/** How often pruned objects are rewritten in a row. Each prune visits a directory once. */
const HEALS_MAX = 5;

/** How long new objects are watched while a `git gc` runs that might delete them. It prunes for less time than this. */
const PRUNE_WATCH_MS = 5_000;
const PRUNE_POLL_MS = 20;

/**
 * Moves refs as {@link swapRefs} does.
 *
 * @param published branches that move on the remote together with the refs; only a swap through the remote has any
 */
export type Swapper = (...args: [...Parameters<typeof swapRefs>, published?: readonly PublishedBranch[]]) => Promise<RefSwap>;

export type RefSwap =
  | { readonly kind: 'applied'; readonly superseded: readonly string[] }
  | { readonly kind: 'lost' }
  | { readonly kind: 'not-applied' | 'denied'; readonly why: string };

/**
 * Writes objects and moves refs to them, all or none, and proves the outcome. Git's exit code and words do not
 * distinguish a lost race from a lock, so the refs themselves are read again. Success is reported only once
 * every object behind it is known to exist.
 *
 * @param updates at least one of them with a new value or a deletion
 * @param objects everything the new values need that may not be in the repository yet
 * @param awaited refs that the next transaction will create; applying this one guarantees that
 * only refs deleted here conflict with them
 */
export async function swapRefs(
  { git: shared, ...place }: Repository,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
  mutex: Mutex,
  awaited: readonly string[] = [],
): Promise<RefSwap> {
  // The process does nothing else during a swap.
  const git: Git = (args, options) => shared(args, { ...options, isAlone: true });
  const repository = { ...place, git };
  const going = new Set(updates.flatMap(({ ref, to }) => (to === 'gone' ? [ref] : [])));
  const coming = [...updates.flatMap(({ ref, isExclusive }) => (isExclusive ? [ref] : [])), ...awaited];
  const isFree = async () => !(await isExcluded(repository, coming, going));
  const mayCommit = async () => (await isFree()) && strayFiles(repository, coming, going).length === 0;
  const deadline = monotonicMs() + PATIENCE_MS;
  for (let unexplained = 0; ; ) {
    // Again on every try: a gc that prunes unreachable objects may have deleted them while we waited for a lock.
    const denied = await writeObjects(repository, objects);
    if (denied !== null) return { kind: 'denied', why: denied };
    const pruner = runningPruner(repository);
    const said = await updateRefs(repository, updates, awaited.length === 0 ? undefined : mayCommit);
    const outcome = await reread(repository, updates, objects);
    // One that began since may have read the refs before ours moved.
    if (outcome.kind === 'applied') await outlivePrune(repository, objects, pruner ?? runningPruner(repository));
    if (outcome.kind !== 'unchanged') return outcome;
    if (!(await isFree())) return { kind: 'lost' };
    if (isForbidden(said.stderr)) return { kind: 'denied', why: lastWords(said) };
    const strays = strayFiles(repository, coming, going);
    const locked = strays.filter((file) => file.endsWith(LOCK)).map((file) => file.slice(0, -LOCK.length));
    const locks = await clearStaleLocks(repository, [...updates.map(({ ref }) => ref), ...locked], mutex);
    unexplained += locks.length === 0 && pruner === null ? 1 : 0;
    if (unexplained === TRIES_MAX || monotonicMs() > deadline)
      return { kind: 'not-applied', why: blockingLock(locks) ?? inTheWay(repository, strays) ?? lastWords(said) };
    await sleep(Math.random() * RETRY_MS_MAX);
  }
}

type Reread =
  | { readonly kind: 'applied'; readonly superseded: readonly string[] }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unchanged' };

async function reread(repository: Repository, updates: readonly RefUpdate[], objects: readonly GitObject[]): Promise<Reread> {
  if (isPlainlyApplied(repository, updates, objects)) return { kind: 'applied', superseded: [] };
  const tips = await tipsOf(repository, updates, objects);
  const superseded: string[] = [];
  let applied = false;
  let isUnchanged = true;
  let isTorn = false;
  for (const { ref, from, to, isFollower } of updates) {
    const tip = tips.get(ref) ?? null;
    isUnchanged &&= tip === from;
    if (isFollower) continue;
    isTorn ||= to !== null && tip === from;
    if (to === null || to === 'gone') continue;
    applied ||= tip === to;
    if (tip === to || tip === from || tip === null) continue;
    if (!(await chainOf(repository.git, [tip])).includes(to)) continue;
    applied = true;
    superseded.push(ref);
  }
  // A git was killed while it moved the refs one by one. The caller reads again, finds what it got, and asks for the rest.
  if (applied && isTorn) return { kind: 'lost' };
  // A caller that only deletes has no value of its own to find again.
  const isDeletion = updates.every(({ to, isFollower }) => isFollower || to === null || to === 'gone');
  if (applied || (isDeletion && (await areGone(repository, updates, tips)))) return { kind: 'applied', superseded };
  return isUnchanged ? { kind: 'unchanged' } : { kind: 'lost' };
}

/**
 * Returns whether the files of refs and objects show that everything was written, as they do unless somebody was there meanwhile:
 * git reads a loose ref before any other, and the file of an object is found before any pack. False says nothing.
 */
function isPlainlyApplied(repository: Repository, updates: readonly RefUpdate[], objects: readonly GitObject[]): boolean {
  const moved = updates.filter(({ to, isFollower }) => to !== null && !isFollower);
  return moved.every(({ ref, to }) => to !== 'gone' && looseValue(repository, ref) === to) && areLoose(repository, objects);
}

/** Returns from the refs whether a swap was applied that another session may have finished. */
export async function whatCameOf(
  repository: Repository,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
): Promise<RefSwap> {
  const outcome = await reread(repository, updates, objects);
  return outcome.kind === 'unchanged' ? { kind: 'lost' } : outcome;
}

/** Returns whether every deletion happened: the ref is missing, or its current value does not follow from the deleted one. */
async function areGone({ git }: Repository, updates: readonly RefUpdate[], tips: ReadonlyMap<string, Oid>): Promise<boolean> {
  for (const { ref, from, to } of updates) {
    const tip = tips.get(ref);
    if (to === 'gone' && tip !== undefined && from !== null && (await chainOf(git, [tip])).includes(from)) return false;
  }
  return true;
}

/**
 * Returns whether a ref that is not deleted here exists at a new ref, above it or below it.
 *
 * @param coming the new refs
 * @param going the refs that are deleted
 */
export async function isExcluded({ git }: Repository, coming: readonly string[], going: ReadonlySet<string>): Promise<boolean> {
  if (coming.length === 0) return false;
  const found = await git(['for-each-ref', '--format=%(refname)', ...coming]);
  const below = String(found.stdout).split('\n').slice(0, -1);
  if (below.some((ref) => !going.has(ref))) return true;
  // There is no ref `refs` itself, and git would take the name for a branch.
  const folders = [...new Set(coming.flatMap((ref) => foldersAbove(ref).slice(1)))].filter((ref) => !going.has(ref));
  return (await readObjects(git, folders)).some((above) => above !== null);
}

const LOCK = '.lock';

/** Returns files that block a new ref: anything in the directory of that name which is not a ref being deleted (a lock, say). */
function strayFiles(repository: Repository, coming: readonly string[], going: ReadonlySet<string>): string[] {
  const files = coming.flatMap((ref) => refFiles(repository, ref).filter((file) => file !== ref));
  return files.filter((file) => !going.has(file) && !(file.endsWith(LOCK) && going.has(file.slice(0, -LOCK.length))));
}

function inTheWay({ commonDir }: Repository, [file]: readonly string[]): string | null {
  return file === undefined ? null : `${join(commonDir, file)} is in the way`;
}

/** Reads the refs and proves the objects with one git process. Objects that a concurrent prune deleted are rewritten first. */
async function tipsOf(
  repository: Repository,
  updates: readonly RefUpdate[],
  objects: readonly GitObject[],
): Promise<Map<string, Oid>> {
  const names = [...updates.map(({ ref }) => ref), ...objects.map(({ oid }) => oid)];
  for (let heals = 0; ; heals += 1) {
    const found = await readObjects(repository.git, names);
    const pruned = objects.filter((_, at) => found[updates.length + at] === null);
    if (pruned.length === 0 || heals === HEALS_MAX) {
      return new Map(updates.flatMap(({ ref }, at) => (found[at] ? [[ref, found[at].oid as Oid] as const] : [])));
    }
    await writeObjects(repository, pruned);
  }
}

/**
 * Waits while a running gc may still delete new objects. A `git gc --prune=now` that read the refs before ours moved may do that,
 * and a ref to a missing object breaks git for the whole repository.
 */
async function outlivePrune(repository: Repository, objects: readonly GitObject[], pruner: string | null): Promise<void> {
  for (
    let waitedMs = 0;
    pruner !== null && runningPruner(repository) === pruner && waitedMs < PRUNE_WATCH_MS;
    waitedMs += PRUNE_POLL_MS
  ) {
    await sleep(PRUNE_POLL_MS);
  }
  if (pruner !== null) await tipsOf(repository, [], objects);
}

/** Returns what identifies a running gc: the content of its lock file (pid and host). */
function runningPruner({ commonDir }: Repository): string | null {
  return readText(join(commonDir, 'gc.pid'));
}
