import { currentIn } from '../../core/claim/board.ts';
import { isLive, isLiveRead, type Witnessed } from '../../core/claim/record.ts';
import { continues, isForAll, type LastSeen, type MovedRef } from '../../core/guard/moved-ref.ts';
import type { Oid, OrderId, SessionKey } from '../../core/ids.ts';
import type { PathKey } from '../../core/path.ts';
import { holderIn } from '../../core/record/witness.ts';
import { formatInstant } from '../../core/time.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import { callerItself } from '../caller/asker.ts';
import { worksElsewhere } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { finishedMoves, finishedOf } from './finished-refs.ts';
import { branchMove, lastNoted, pushMoves } from './moved-branches.ts';
import { pathMoves } from './path-refs.ts';

/** Records of one order between two looks. */
const CHAIN_MAX = 100;
/** Branches of others that one look reads. On a longer board each helper looks at its own session's. */
const BRANCHES_MAX = 50;

/** Completed orders whose refs one look reads. */
const FINISHED_MAX = 200;

/** What a look found. */
type Surveyed = {
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly paths: readonly SurveyedPath[];
  /** The paths that were asked for, if not all were. */
  readonly keys?: readonly PathKey[];
};

/**
 * Compares the refs of claims with where they were last seen: outside of hard mode no hook sees who deletes or replaces a claim,
 * or who moves or deletes an order's branch, and no local hook at all sees some pushes. Logs each such move once, and leaves word
 * for the holder. Git is asked only where something differs.
 *
 * @param isWhole whether all claims were surveyed, so that a missing one is gone
 * @param caller the session that looks, which hears of its own refs at once; null for none
 * @returns the moves to tell the caller
 */
export async function lookForMoves(
  ports: Ports,
  { readings, paths, keys = [] }: Surveyed,
  caller: SessionKey | null,
  isWhole: boolean,
): Promise<readonly MovedRef[]> {
  const mode = ports.settings.ruleMode('refs');
  if (mode === 'off' || ports.cache.trouble !== null) return [];
  const { orders, lookedAt } = toCompare(ports, readings, caller, isWhole);
  const known = knownOf(ports, orders);
  const moves: MovedRef[] = isWhole || keys.length > 0 ? await pathMoves(ports, paths, isWhole ? null : new Set(keys)) : [];
  const seen: LastSeen[] = [];
  const ended: OrderId[] = [];
  let finished = 0;
  const missing = [...known.values()].filter(({ order, isGone }) => {
    return !isGone && (readings.get(order)?.kind ?? (isWhole ? 'absent' : 'unread')) === 'absent';
  });
  // What was claimed after the first look is missing there.
  const again = missing.length === 0 ? readings : await ports.registry.read(missing.map(({ order }) => order));
  for (const last of missing) {
    if ((again.get(last.order)?.kind ?? 'absent') !== 'absent') continue;
    moves.push(claimMove(ports, last, undefined));
    seen.push({ ...last, isGone: true });
  }
  for (const [order, reading] of concerned(readings, orders)) {
    const last = known.get(order) ?? null;
    if (reading.kind === 'foreign' && last?.isGone === false) {
      moves.push(claimMove(ports, last, reading.oid));
      seen.push({ ...last, isGone: true });
    }
    if (reading.kind !== 'record') continue;
    if (!isLiveRead(reading)) {
      if (last === null || (last.done !== null && finished >= FINISHED_MAX)) continue;
      finished += 1;
      const { told, now } = await finishedMoves(ports, last, reading);
      moves.push(...told);
      if (now === null) ended.push(order);
      else if (!isSame(last, now)) seen.push(now);
      continue;
    }
    // The branch of that name here is not the one in its clone.
    const isHere = !worksElsewhere(ports, reading.record.holder);
    const now = lastSeenOf(ports, reading, last, isHere && lookedAt.has(order), caller);
    if (last !== null && !last.isGone && !(await isContinued(ports, last, reading)))
      moves.push(claimMove(ports, last, reading.oid));
    if (last !== null && isHere)
      moves.push(...branchMove(ports, last, now, reading.record), ...pushMoves(ports, last, now, reading.record));
    if (last === null || !isSame(last, now)) seen.push(now);
  }
  ports.refMemory.remember(seen, ended);
  return report(ports, moves, caller, mode === 'shadow');
}

/**
 * Returns the orders that may have moved: all that were read, or of a whole survey those that are not as they were last seen,
 * those of which finished work waits, and those whose branches are looked at.
 */
function toCompare(ports: Ports, readings: Surveyed['readings'], caller: SessionKey | null, isWhole: boolean) {
  const lines: string[] = [];
  const lookedAt = new Set<OrderId>();
  for (const [order, reading] of currentIn(readings)) {
    if (reading.kind !== 'record') continue;
    lines.push(`${order} ${reading.oid}`);
    if (lookedAt.size < BRANCHES_MAX || holderIn(reading).key === caller) lookedAt.add(order);
  }
  if (!isWhole) return { orders: [...readings.keys()], lookedAt };
  const [now, seen] = [lines.join('\n'), ports.refMemory.liveLines()];
  const changed = now === seen ? [] : differing(lines, seen.split('\n'));
  return { orders: new Set([...lookedAt, ...changed, ...ports.refMemory.finished()]), lookedAt };
}

/** Returns the orders of the lines that only one of both has. */
function differing(one: readonly string[], other: readonly string[]): OrderId[] {
  const [these, those] = [new Set(one), new Set(other)];
  const only = [...one.filter((line) => !those.has(line)), ...other.filter((line) => !these.has(line))];
  return only.filter((line) => line !== '').map((line) => line.slice(0, line.indexOf(' ')) as OrderId);
}

function* concerned(readings: Surveyed['readings'], orders: Iterable<OrderId>): Iterable<readonly [OrderId, Reading]> {
  for (const order of orders) {
    const reading = readings.get(order);
    if (reading !== undefined) yield [order, reading];
  }
}

function knownOf({ refMemory }: Ports, orders: Iterable<OrderId>): ReadonlyMap<OrderId, LastSeen> {
  const found = Array.from(orders, (order) => refMemory.get(order)).filter((last) => last !== null);
  return new Map(found.map((last) => [last.order, last]));
}

/** Remembers where a claim's refs are after git-claim itself has written its record. */
export function rememberRefs(ports: Ports, claim: Witnessed): void {
  const { order } = claim.record;
  if (!isLive(claim.record)) {
    const done = finishedOf(ports, claim);
    ports.refMemory.remember(done === null ? [] : [done], done === null ? [order] : []);
    return;
  }
  const last = ports.refMemory.get(order);
  const isKnown = last !== null && last.holder === claim.record.holder.key && last.branch === claim.record.branch;
  // Where its branch was last seen stays as it is, for the next look to compare.
  ports.refMemory.remember([lastSeenOf(ports, claim, last, !isKnown, null)], []);
}

/**
 * Puts back the refs of live claims that were deleted, before anything is claimed in their place: an order whose claim is gone
 * so is not free. What is claimed then expects no ref, so the claim begins again from what is there.
 */
export async function putBackDeleted(ports: Ports, readings: ReadonlyMap<OrderId, Reading>): Promise<void> {
  for (const [order, { kind }] of readings) {
    const last = kind === 'absent' ? ports.refMemory.get(order) : null;
    if (last !== null) await ports.guardedRefs.putBack(order, last.oid);
  }
}

/** Returns the moves that the caller has not heard of. */
export function unreportedMoves(ports: Ports): readonly MovedRef[] {
  const caller = callerItself(ports);
  const moves = caller === null ? [] : ports.refMemory.takeMoves(caller.key);
  return ports.settings.ruleMode('refs') === 'shadow' ? [] : moves;
}

export function movedWarning(move: MovedRef): Extract<Warning, { code: 'moved' }> {
  return { code: 'moved', move };
}

function report(ports: Ports, found: readonly MovedRef[], caller: SessionKey | null, isShadow: boolean): readonly MovedRef[] {
  const moves = ports.refMemory.firstToTell(found, ports.clock.now().wallMs);
  for (const { order, holder: _, ...detail } of moves)
    ports.events.append({
      at: formatInstant(ports.clock.now().wallMs),
      kind: 'moved',
      order,
      session: null,
      sessionKey: null,
      generation: null,
      oid: detail.to,
      message: '',
      detail,
    });
  ports.refMemory.noteMoves(moves.filter(({ holder }) => holder !== caller));
  return isShadow ? [] : moves.filter((move) => move.holder === caller || isForAll(move));
}

function lastSeenOf(
  ports: Ports,
  { oid, record }: Pick<Witnessed, 'oid' | 'record'>,
  last: LastSeen | null,
  isLooking: boolean,
  caller: SessionKey | null,
): LastSeen {
  const { order, branch, holder } = record;
  const tip = branch === null ? null : isLooking ? ports.guardedRefs.tip(branch) : undefined;
  const before = last?.branch === branch ? last : null;
  const pushed = branch === null || !isLooking ? null : ports.guardedRefs.pushed(branch);
  // Of others, the notes are read only if their branches moved.
  const isAsBefore = before !== null && before.holder === holder.key && before.tip === tip && holder.key !== caller;
  const noted = isLooking && !isAsBefore ? lastNoted(ports, record) : (before?.noted ?? null);
  return {
    ...{ order, oid, holder: holder.key, branch, tip: tip === undefined ? (before?.tip ?? null) : tip, noted, isGone: false },
    ...{ pushed: pushed ?? before?.pushed ?? null, done: null },
  };
}

function isSame(last: LastSeen, now: LastSeen): boolean {
  const isSameRef = last.oid === now.oid && last.tip === now.tip && last.branch === now.branch && last.isGone === now.isGone;
  return (
    isSameRef && last.done === now.done && last.noted === now.noted && JSON.stringify(last.pushed) === JSON.stringify(now.pushed)
  );
}

async function isContinued(ports: Ports, last: LastSeen, { oid, previous, record }: Witnessed): Promise<boolean> {
  const answer = continues(last, oid, previous, record);
  if (answer !== 'unsure') return answer === 'yes';
  const chain = await ports.registry.history(record.order, CHAIN_MAX);
  return chain.length === CHAIN_MAX || chain.some((one) => one.oid === last.oid);
}

/** @param to what the ref is now; undefined if it is gone, null if it is a symbolic one */
function claimMove(ports: Ports, { order, holder, oid }: LastSeen, to: Oid | null | undefined): MovedRef {
  const at = formatInstant(ports.clock.now().wallMs);
  const what = to === undefined ? 'claim-deleted' : 'claim-replaced';
  return { order, holder, what, ref: order, from: oid, to: to ?? null, at, by: null, isInTree: false };
}
