import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import { isLive } from '../../core/claim/record.ts';
import { troubleFrom } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { formatInstant, parseInstant } from '../../core/time.ts';
import type { Mirror } from '../../ports/mirror.ts';
import { FEED, type MirrorOfOrder, type PendingMirror } from '../../ports/outbox.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { ClaimChange, SwapOutcome } from '../../ports/registry.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import type { ChangedClaim } from './changed.ts';

/*
 *   note pending -> swap -> write the current claim -> remove pending
 *                                 ^                         |  somebody noted or removed it meanwhile
 *                                 +------ read again <------+
 *
 *  A process that is killed anywhere leaves its entry. The next command or beat of any session writes what is current then.
 */

/** The process that noted a younger entry is still writing it. */
const OWN_MS = 10_000;
/** A younger failure is one of the same command. */
const JUST_TRIED_MS = 2_000;
/** The wait doubles with each failure, up to an hour and a half. */
const DOUBLINGS_MAX = 9;
/** A process that was overtaken this often leaves the rest to the others. */
const ROUNDS_MAX = 5;

/** Swaps. Before any ref is moved, it notes which mirrors of the orders, the feed among them, are pending. */
export async function swapAndNotePending(
  ports: Ports,
  changes: readonly ClaimChange[],
  paths: readonly PathChange[],
): Promise<{ readonly outcome: SwapOutcome; readonly pending: readonly PendingMirror[] }> {
  // A broken configuration must be found before the swap begins.
  const { mirrors } = ports;
  const swapping = ports.registry.swap(changes, paths);
  // The first git of a swap only stores objects: this is noted meanwhile.
  const pending = notePending(ports, mirrors, changes);
  const outcome = await swapping;
  if (outcome.kind !== 'applied') ports.outbox.removePending(pending);
  return { outcome, pending };
}

function notePending(ports: Ports, mirrors: readonly Mirror[], changes: readonly ClaimChange[]): PendingMirror[] {
  const orders = changes.flatMap(({ order, record }) => (record !== null && isMirrored(record) ? [order] : []));
  const what = orders.flatMap((order): MirrorOfOrder[] => [
    { order, mirror: FEED },
    ...mirrors.filter((mirror) => mirror.concerns(order)).map(({ name }) => ({ order, mirror: name })),
  ]);
  return ports.outbox.notePending(what, now(ports));
}

/** A challenge and its answer change nothing that people see, and the file of a new id says more than its claim. */
function isMirrored({ action }: ClaimRecord): boolean {
  return action !== 'answer' && action !== 'challenge' && action !== 'mint';
}

/** Writes the mirrors of claims that were just swapped. Their events are appended when the command is done. */
export async function mirrorClaims(
  ports: Ports,
  claims: readonly ChangedClaim[],
  pending: readonly PendingMirror[],
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const { now: claim } of claims) {
    for (const mirror of ports.mirrors) {
      const entry = pending.find((one) => one.order === claim.record.order && one.mirror === mirror.name);
      if (entry !== undefined) warnings.push(...(await write(ports, mirror, claim, entry)));
    }
  }
  return warnings;
}

/**
 * Writes the pending mirrors of processes that were killed or could not write, and those that somebody replaced since.
 *
 * @param mine orders whose mirrors no other process can be writing
 */
export async function writePending(ports: Ports, mine: readonly OrderId[] = []): Promise<Warning[]> {
  const pending = ports.outbox.pending();
  const due = [...pending.filter((entry) => isDue(ports, entry, mine.includes(entry.order))), ...noteReplaced(ports, pending)];
  if (due.length === 0) return [];
  const readings = await ports.registry.read([...new Set(due.map(({ order }) => order))]);
  const warnings: Warning[] = [];
  for (const entry of due) {
    const reading = readings.get(entry.order);
    const mirror = entry.mirror === FEED ? null : ports.mirrors.find(({ name }) => name === entry.mirror);
    if (reading?.kind === 'unreadable') continue;
    // The swap was never applied, or the mirror is no longer configured.
    if (reading?.kind !== 'record' || mirror === undefined) ports.outbox.removePending([entry]);
    else if (mirror === null) await feed(ports, reading, entry, mine.includes(entry.order));
    else warnings.push(...(await write(ports, mirror, reading, entry)));
  }
  return warnings;
}

/** Git replaces a file as it merges or changes the branch: what a mirror wrote is gone then. */
function noteReplaced(ports: Ports, pending: readonly PendingMirror[]): PendingMirror[] {
  const replaced = ports.mirrors.flatMap((mirror) => mirror.replaced().map((order) => ({ order, mirror: mirror.name })));
  const isNoted = (one: MirrorOfOrder) => pending.some(({ order, mirror }) => order === one.order && mirror === one.mirror);
  return ports.outbox.notePending(
    replaced.filter((one) => !isNoted(one)),
    now(ports),
  );
}

/**
 * Takes back what mirrors show of claims that are gone: somebody deleted their refs.
 *
 * @param claims all that there were a moment ago
 */
export async function withdrawForgotten(ports: Ports, claims: ReadonlyMap<OrderId, unknown>): Promise<void> {
  for (const mirror of ports.mirrors) {
    const unknown = mirror.shown().filter((order) => !claims.has(order));
    if (unknown.length === 0) continue;
    // What another session has just claimed is shown after its ref exists.
    const readings = await ports.registry.read(unknown);
    const gone = unknown.filter((order) => readings.get(order)?.kind === 'absent');
    try {
      if (gone.length > 0) mirror.withdraw(gone);
    } catch (error) {
      // The file cannot be written just now. Whoever looks next tries again, and no claim depends on it.
      if (!isFailure(error)) throw error;
    }
  }
}

/** Whether an error is a failure of ours or the system's, and not a bug. */
function isFailure(error: unknown): boolean {
  return typeof (error as { readonly code?: unknown }).code === 'string';
}

function isDue(ports: Ports, { notedAt, attempts }: PendingMirror, isMine: boolean): boolean {
  // The absolute value: a clock that was set back must not keep an entry for ever.
  const ageMs = Math.abs(ports.clock.now().wallMs - (parseInstant(notedAt) ?? 0));
  return isMine ? attempts === 0 || ageMs >= JUST_TRIED_MS : ageMs >= OWN_MS * 2 ** Math.min(attempts, DOUBLINGS_MAX);
}

async function write(ports: Ports, mirror: Mirror, claim: Witnessed, noted: PendingMirror): Promise<Warning[]> {
  const { order } = claim.record;
  let entry = noted;
  try {
    let current = claim;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (!(await mirror.write(current)) || ports.outbox.removePending([entry])) break;
      const reading = (await ports.registry.read([order])).get(order);
      if (reading?.kind !== 'record') break;
      current = reading;
      [entry = entry] = ports.outbox.notePending([{ order, mirror: mirror.name }], now(ports));
    }
    return mirror.takeNews().map((news) => ({ code: 'mirrored', order, news }));
  } catch (error) {
    ports.outbox.noteFailure(entry, now(ports));
    return [{ code: 'not-mirrored', order, mirror: mirror.name, failure: troubleFrom(error) }];
  }
}

/**
 * Finishes a command that was killed after its swap: appends its event, and corrects the lock of its worktree unless the current
 * command does so.
 */
async function feed(ports: Ports, claim: Witnessed, entry: PendingMirror, isMine: boolean): Promise<void> {
  const { order, action, holder, generation, note, recordedAt } = claim.record;
  if (!isMine && !(await isLockRight(ports, claim))) return;
  const { oid } = claim;
  if (!ports.events.read({ order, limit: 50 }).some((event) => event.oid === oid)) {
    const who = { session: holder.id, sessionKey: holder.key };
    ports.events.append({ at: recordedAt, kind: action, order, ...who, generation, oid, message: note ?? '', detail: null });
  }
  ports.outbox.removePending([entry]);
}

/** Locks or unlocks the worktree as its claim says; returns false while another process is still making it. */
async function isLockRight(ports: Ports, { record }: Witnessed): Promise<boolean> {
  const path = treeOf(ports, record);
  const { order, generation, holder } = record;
  if (path === null) return true;
  const tree = (await ports.worktrees.list()).find((one) => one.path === path);
  if (tree === undefined || tree.isMain) return true;
  if (tree.lock?.maker) return false;
  if (!isLive(record)) ports.worktrees.unlock(path, order);
  else if (tree.lock?.order !== order || tree.lock.generation !== generation)
    ports.worktrees.lock(path, { order, generation, session: holder.id, maker: null });
  return true;
}

function now(ports: Ports): string {
  return formatInstant(ports.clock.now().wallMs);
}
