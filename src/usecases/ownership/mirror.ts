import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import { isLive } from '../../core/claim/record.ts';
import { troubleFrom } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { formatInstant, parseInstant } from '../../core/time.ts';
import type { Mirror } from '../../ports/mirror.ts';
import { type Debt, FEED, type Owed } from '../../ports/outbox.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { ClaimChange, SwapOutcome } from '../../ports/registry.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import type { ChangedClaim } from './changed.ts';

/*
 *   owe -> swap -> write the current claim -> paid
 *                        ^                      |  another debt was noted or paid meanwhile
 *                        +----- read again <----+
 *
 *  A process that is killed anywhere leaves its debt. The next command or beat of any session pays it with what is current then.
 */

/** The process that made a younger debt is still paying it. */
const OWN_MS = 10_000;
/** A younger failure was this very command's. */
const JUST_TRIED_MS = 2_000;
/** The wait doubles with each failure, up to an hour and a half. */
const DOUBLINGS_MAX = 9;
/** After losing this often, a process leaves the rest to the others. */
const ROUNDS_MAX = 5;

/** Swaps, and notes before any ref is moved what the feed and the mirrors of the orders will lack. */
export async function swapOwing(
  ports: Ports,
  changes: readonly ClaimChange[],
  paths: readonly PathChange[],
): Promise<{ readonly outcome: SwapOutcome; readonly debts: readonly Debt[] }> {
  // A broken configuration must not be found out once the swap is under way.
  const { mirrors } = ports;
  const swapping = ports.registry.swap(changes, paths);
  // The first git of a swap only stores objects: this is noted meanwhile.
  const debts = owe(ports, mirrors, changes);
  const outcome = await swapping;
  if (outcome.kind !== 'applied') ports.outbox.paid(debts);
  return { outcome, debts };
}

function owe(ports: Ports, mirrors: readonly Mirror[], changes: readonly ClaimChange[]): Debt[] {
  const orders = changes.flatMap(({ order, record }) => (record !== null && isMirrored(record) ? [order] : []));
  const what = orders.flatMap((order): Owed[] => [
    { order, mirror: FEED },
    ...mirrors.filter((mirror) => mirror.concerns(order)).map(({ name }) => ({ order, mirror: name })),
  ]);
  return ports.outbox.owe(what, now(ports));
}

/** A challenge changes nothing that people see, and the file of a new id says more than its claim. */
function isMirrored({ action }: ClaimRecord): boolean {
  return action !== 'answer' && action !== 'challenge' && action !== 'mint';
}

/** Writes claims that were just swapped into their mirrors. The event is appended when the command is done. */
export async function mirrorClaims(ports: Ports, claims: readonly ChangedClaim[], debts: readonly Debt[]): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const { now: claim } of claims) {
    for (const mirror of ports.mirrors) {
      const debt = debts.find((one) => one.order === claim.record.order && one.mirror === mirror.name);
      if (debt !== undefined) warnings.push(...(await write(ports, mirror, claim, debt)));
    }
  }
  return warnings;
}

/**
 * Pays the debts of processes that were killed or could not write.
 *
 * @param mine orders whose debts no other process can be paying
 */
export async function payDebts(ports: Ports, mine: readonly OrderId[] = []): Promise<Warning[]> {
  const due = ports.outbox.debts().filter((debt) => isDue(ports, debt, mine.includes(debt.order)));
  if (due.length === 0) return [];
  const readings = await ports.registry.read([...new Set(due.map(({ order }) => order))]);
  const warnings: Warning[] = [];
  for (const debt of due) {
    const reading = readings.get(debt.order);
    const mirror = debt.mirror === FEED ? null : ports.mirrors.find(({ name }) => name === debt.mirror);
    if (reading?.kind === 'unreadable') continue;
    // The swap was never applied, or the mirror is configured away.
    if (reading?.kind !== 'record' || mirror === undefined) ports.outbox.paid([debt]);
    else if (mirror === null) await feed(ports, reading, debt, mine.includes(debt.order));
    else warnings.push(...(await write(ports, mirror, reading, debt)));
  }
  return warnings;
}

function isDue(ports: Ports, { owedAt, attempts }: Debt, isMine: boolean): boolean {
  // A clock that was set back must not keep a debt for ever.
  const ageMs = Math.abs(ports.clock.now().wallMs - (parseInstant(owedAt) ?? 0));
  return isMine ? attempts === 0 || ageMs >= JUST_TRIED_MS : ageMs >= OWN_MS * 2 ** Math.min(attempts, DOUBLINGS_MAX);
}

async function write(ports: Ports, mirror: Mirror, claim: Witnessed, debt: Debt): Promise<Warning[]> {
  const { order } = claim.record;
  try {
    let standing = claim;
    let owed = debt;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (!(await mirror.write(standing)) || ports.outbox.paid([owed])) break;
      const reading = (await ports.registry.read([order])).get(order);
      if (reading?.kind !== 'record') break;
      standing = reading;
      [owed = owed] = ports.outbox.owe([{ order, mirror: mirror.name }], now(ports));
    }
    return [];
  } catch (error) {
    ports.outbox.postpone(debt, now(ports));
    return [{ code: 'not-mirrored', order, mirror: mirror.name, failure: troubleFrom(error) }];
  }
}

/**
 * Finishes a command that was killed after its swap: appends its event and, unless the current command does so, sets the lock of
 * its worktree.
 */
async function feed(ports: Ports, claim: Witnessed, debt: Debt, isMine: boolean): Promise<void> {
  const { order, action, holder, generation, note, recordedAt } = claim.record;
  if (!isMine && !(await isLockRight(ports, claim))) return;
  const { oid } = claim;
  if (!ports.events.read({ order, limit: 50 }).some((event) => event.oid === oid)) {
    const who = { session: holder.id, sessionKey: holder.key };
    ports.events.append({ at: recordedAt, kind: action, order, ...who, generation, oid, message: note ?? '', detail: null });
  }
  ports.outbox.paid([debt]);
}

/** Returns whether the worktree is locked for its holder now; false while a process is still making it. */
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
