import type { Finding } from '../core/check/finding.ts';
import type { Place } from '../core/claim/compose.ts';
import { takeoverGrounds } from '../core/claim/note.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { OneRefusal, Refusal } from '../core/refusal.ts';
import { holderOf } from '../core/session/holder.ts';
import type { Identity } from '../core/session/identity.ts';
import type { BaseDoubt, Start } from '../ports/branches.ts';
import type { Reading } from '../ports/registry.ts';
import { askerItself, issueOf } from './caller/asker.ts';
import { announceWait, newIntents } from './caller/heard.ts';
import { type ClaimCheck, checkClaim } from './check/before-claim.ts';
import { beforeFirstClaim, leftHereBefore, leftInTree } from './check/left-files.ts';
import { type Claimed, claimed, type Takeovers } from './claimed.ts';
import { putBackDeleted } from './evidence/moved-refs.ts';
import { withBranchThatIs } from './evidence/still-there.ts';
import { meantOrders, type OnNearMiss, parseOrders } from './orders/spelling.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import type { ChangedClaim } from './ownership/changed.ts';
import { notePaths } from './ownership/note-change.ts';
import { refusalOf } from './ownership/refuse.ts';
import { pathWish, typedPaths } from './paths.ts';
import type { Ports } from './ports.ts';
import { keepAlive } from './presence/keep-alive.ts';
import { freshen } from './remote/contact.ts';
import { takeoverDetails, workLeft } from './trees/left-work.ts';
import { assertStart, type OwnPlaces, ownPlaces, presentPlace, straysOf } from './trees/places.ts';
import { baseWarning, findingWarning } from './warning.ts';

export type ClaimRequest = {
  readonly orders: readonly string[];
  /** Whether to claim for this worktree instead of making one. */
  readonly isHere: boolean;
  /** The revision that new work starts from; null: the default branch. */
  readonly base: string | null;
  /** Files and folders to claim with the order, of which there must be one then, as typed here. */
  readonly paths?: readonly string[];
  /** Whether completed orders may be claimed again. */
  readonly isReopen: boolean;
  /**
   * Called for each order that nobody knows and that is spelled almost as another one; returns whether the other one was meant.
   * Without it, such an order is refused.
   */
  readonly onNearMiss?: OnNearMiss | null;
  /** Called with what the check finds before anything is claimed. Without it, the answer has the findings as warnings. */
  readonly onFindings?: (findings: readonly Finding[]) => void;
  /** Called before each wait for a claim that is held; null: a refusal is final. */
  readonly onWait: ((refusal: Refusal) => void) | null;
};

/** A waiting caller looks this often. It costs little, and a released order should not go to a session that comes by chance. */
const WAIT_POLL_MS = 1_000;

/**
 * Claims orders for the caller, all or none, and makes or adopts the worktree of each.
 *
 * @throws ClaimError for bad input and if git fails; then nothing is claimed that was not claimed before
 */
export async function claim(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  let told: string | null = null;
  for (;;) {
    const outcome = await inTurn(ports, request);
    if (outcome.kind !== 'refused') return outcome;
    if (request.onWait === null || !isWorthWaiting(outcome)) return withAlternative(ports, outcome);
    request.onWait(outcome);
    told = announceWait(ports, askerItself(ports), outcome, told);
    await ports.sleep(Math.min(outcome.retryAfterMs ?? WAIT_POLL_MS, WAIT_POLL_MS));
    await freshen(ports, Math.min(WAIT_READ_MS, ports.settings.remoteMaxAgeMs));
  }
}

/** If many want one order at once, they come one after the other. */
async function inTurn(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  const [order, ...others] = parseOrders(ports, request.orders);
  if (order === undefined || others.length > 0) return claimOnce(ports, request);
  const endTurn = await ports.takeTurn(order);
  try {
    return await claimOnce(ports, request);
  } finally {
    endTurn();
  }
}

/** A caller who cannot have an order wants another one. */
async function withAlternative(ports: Ports, refusal: Refusal): Promise<Refusal> {
  if (refusal.code !== 'held' && refusal.code !== 'completed') return refusal;
  const { readyOrder } = await import('./orders/ready-order.ts');
  const claim = refusal.claim && (await withBranchThatIs(ports, refusal.claim));
  return { ...refusal, claim, instead: await readyOrder(ports) };
}

/** Another session may release what it holds. */
function isWorthWaiting(refusal: Refusal): boolean {
  return refusal.code === 'held' || ('wanted' in refusal && refusal.code === 'collision' && !refusal.path.mine);
}

/** A waiting caller reads the remote this often. */
const WAIT_READ_MS = 5_000;

/** Does the same once: a refusal is final. */
export async function claimOnce(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  if (request.orders.length === 0) throw new ClaimError({ code: 'usage', kind: 'no-order-named' });
  assertStart(request);
  const { orders, titles, count } = await meantOrders(ports, request.orders, request.onNearMiss ?? null);
  const paths = await typedPaths(ports, request.paths ?? []);
  const asker = askerItself(ports);
  const command = request.isReopen ? 'reopen' : 'claim';
  // Asked before the claim records that the caller is here.
  const beforeMs = beforeFirstClaim(ports, asker);
  const filed = orders.filter((order) => titles.has(order));
  let checking: ClaimCheck | null = null;
  let findings: readonly Finding[] = [];
  const wish = paths.length === 0 ? null : pathWish(ports, asker, paths, onlyOrder(orders), null);
  let takeovers: Takeovers = new Map();
  let beginnings: OwnPlaces['beginnings'] = new Map();
  let doubts: readonly BaseDoubt[] = [];
  const gather: Gather = async (readings, reasons) => {
    await putBackDeleted(ports, readings);
    checking ??= checkClaim(ports, asker, orders, filed, () => newIntents(ports, asker));
    const here = request.isHere ? await presentPlace(ports) : null;
    const leaving = beforeMs === null ? [] : leftHereBefore(ports, asker, orders[0] as OrderId, beforeMs);
    if (leaving instanceof Promise) leaving.catch(() => undefined);
    const start = here === null || ports.branches.mayBeNamed(orders) ? await ports.branches.startOf(orders) : UNNAMED;
    const own = here === null ? await ownPlaces(ports, request.base, titles, readings, start) : null;
    const placeOf = own?.placeOf ?? (here as () => Place);
    beginnings = own?.beginnings ?? new Map();
    doubts = beginnings.size > 0 ? start.doubts : [];
    const branches = await straysOf(ports, orders, placeOf, beginnings, start.named);
    const beginningOf = (order: OrderId) => beginnings.get(order)?.commit ?? (here === null ? null : placeOf(order).base);
    const found = await checking(readings, branches, beginningOf);
    const left = [...(await leaving), ...(own === null ? [] : await leftIn(ports, asker, placeOf, readings))];
    // A caller who reopens an order knows that its work was done.
    findings = found.filter(({ kind }) => kind !== 'already-done' || !request.isReopen);
    const blocking = findings.filter(isBlocking);
    // Whoever is refused begins nothing here, and hears of them at the claim that succeeds.
    if (blocking.length === 0) findings = [...findings, ...left];
    request.onFindings?.(findings.filter((one) => !blocking.includes(one) && one.kind !== 'intent'));
    const [first, ...others] = blocking.map((one) => collision(ports, asker, command, one, orders, readings));
    if (first !== undefined) return orders.length === 1 ? first : { ...first, others };
    const { lease } = await keepAlive(ports, holderOf(asker));
    takeovers = reasons.size === 0 ? takeovers : await takeoversOf(ports, readings, reasons);
    const linear = issueOf(ports, asker);
    return (order) => {
      const taken = reasons.has(order) ? takeovers.get(order) : undefined;
      return { lease, place: placeOf(order), linear, ...(taken === undefined ? {} : takeoverDetails(taken)) };
    };
  };
  const outcome = await carryOut(ports, { asker, command, orders, gather, wish });
  if (outcome.kind === 'refused') return outcome;
  notePaths(ports, asker, outcome);
  // Once: who claims it again knows.
  const isFirst = ({ before, now }: ChangedClaim) => before === null && !titles.has(now.record.order);
  const unfiled = count > 0 ? outcome.claims.filter(isFirst) : [];
  const done = await claimed(ports, asker, outcome, takeovers, beginnings);
  const unknown = unfiled.map(({ now }) => ({ code: 'no-order-file' as const, order: now.record.order }));
  const told = findings.filter(({ kind }) => kind === 'intent' || request.onFindings === undefined);
  return { ...done, warnings: [...told.map(findingWarning), ...doubts.map(baseWarning), ...done.warnings, ...unknown] };
}

const UNNAMED: Start = { base: null, doubts: [], named: [] };

/** Returns what was left uncommitted in the worktrees that the claims continue in. */
async function leftIn(
  ports: Ports,
  asker: Identity,
  placeOf: (order: OrderId) => Place,
  readings: ReadonlyMap<OrderId, Reading>,
): Promise<readonly Finding[]> {
  const left = [...readings].map(([order, reading]) => {
    const { worktree } = placeOf(order);
    return leftInTree(ports, asker, order, worktree === null ? null : ports.places.absolute(worktree), reading);
  });
  return (await Promise.all(left)).flat();
}

/** Nobody begins work that is done already, or work on files that another session claims. */
function isBlocking({ kind, severity }: Finding): boolean {
  return severity === 'block' && (kind === 'path-overlap' || kind === 'already-done');
}

function collision(
  ports: Ports,
  asker: Identity,
  command: string,
  found: Finding,
  orders: readonly OrderId[],
  readings: ReadonlyMap<OrderId, Reading>,
): OneRefusal {
  const order = orders.find((one) => one === found.order) ?? (orders[0] as OrderId);
  return { ...refusalOf(ports, asker, command, 'collision', order, readings), found };
}

async function takeoversOf(
  ports: Ports,
  readings: ReadonlyMap<OrderId, Reading>,
  reasons: ReadonlyMap<OrderId, string>,
): Promise<Takeovers> {
  const taken = [...reasons].map(async ([order, evidence]) => {
    const reading = readings.get(order);
    const work = reading?.kind === 'record' ? await workLeft(ports, reading.record) : null;
    return [order, { grounds: takeoverGrounds(null, evidence), work }] as const;
  });
  return new Map(await Promise.all(taken));
}

/** A path belongs to one order, and ends with it. */
function onlyOrder(orders: readonly OrderId[]): OrderId {
  const [order, ...more] = orders as [OrderId];
  if (more.length === 0) return order;
  throw new ClaimError({ code: 'usage', kind: 'path-with-several-orders', first: order });
}
