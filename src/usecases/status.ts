import type { Finding } from '../core/check/finding.ts';
import { currentIn } from '../core/claim/board.ts';
import type { ClaimRecord } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import type { CacheTrouble } from '../core/doctor/symptom.ts';
import type { OrderId, SessionId } from '../core/ids.ts';
import type { PathView } from '../core/paths/view.ts';
import { holderIn } from '../core/record/witness.ts';
import { remembered } from '../core/remembered.ts';
import type { Holder } from '../core/session/holder.ts';
import { type Identified, type Identity, isPerson } from '../core/session/identity.ts';
import { sessionIdOf } from '../core/session/key.ts';
import { isPlainlyOther } from '../core/session/relation.ts';
import type { Reading } from '../ports/registry.ts';
import { readerOf } from './caller/asker.ts';
import { lostPaths } from './caller/lost-paths.ts';
import { checkClaim } from './check/before-claim.ts';
import { isMine, observe, relationTo, survey } from './evidence/observe.ts';
import { observePaths } from './evidence/observe-paths.ts';
import { withBranchThatIs } from './evidence/still-there.ts';
import { straysBeside } from './evidence/strays.ts';
import { ordersNamedIn } from './orders/selection.ts';
import { type NamedOrders, namedOrders } from './orders/spelling.ts';
import type { Ports } from './ports.ts';
import { arrive } from './presence/arrive.ts';
import { freshen } from './remote/contact.ts';
import { keptOffBranch } from './trees/finished.ts';
import { findingWarning, nearMisses, strangerWarning, type Warning } from './warning.ts';

export type Overview = {
  readonly kind: 'overview';
  readonly who: Identified;
  /** Live claims and refs that are not understood, the caller's own claims first. */
  readonly claims: readonly ClaimView[];
  /** How many more claims of others there are. */
  readonly more: number;
  /** The caller's own claims whose worktrees no longer exist. */
  readonly treeless: ReadonlySet<OrderId>;
  /** The caller's own path claims. */
  readonly paths: readonly PathView[];
  readonly warnings: readonly Warning[];
  /** Why the cache is off; null while it works. */
  readonly cacheTrouble: CacheTrouble | null;
};

/**
 * Returns who calls, what that session holds and has lost, and who else is here.
 *
 * @param othersMax how many claims of others are looked at
 */
export async function overview(ports: Ports, othersMax = Number.POSITIVE_INFINITY): Promise<Overview> {
  await freshen(ports);
  const { asker, readings, paths, strangers, warnings } = await arrive(ports);
  const isOwn = remembered((holder: Holder) => asker !== null && isSpokenFor(ports, asker, holder));
  const own: [OrderId, Reading][] = [];
  const others: [OrderId, Reading][] = [];
  for (const one of currentIn(readings)) (one[1].kind === 'record' && isOwn(holderIn(one[1])) ? own : others).push(one);
  const claims = survey(ports, [...own, ...others.slice(0, othersMax)], asker);
  return {
    kind: 'overview',
    who: ports.identify(),
    claims,
    more: Math.max(0, others.length - othersMax),
    treeless: await treelessOf(
      ports,
      claims.filter(({ mine }) => mine),
    ),
    paths: observePaths(ports, asker === null ? [] : paths, asker).filter(({ mine }) => mine),
    warnings: [
      ...unheededIn(ports.identify()),
      ...warnings,
      ...lostPaths(ports, readings, paths, asker),
      ...strangers.map(strangerWarning),
    ],
    cacheTrouble: ports.cache.trouble,
  };
}

/** Whoever sets a variable expects to be known by it. */
function unheededIn({ unheeded }: Identified): Warning[] {
  return unheeded ? [{ code: 'unheeded', ...unheeded }] : [];
}

function isSpokenFor(ports: Ports, asker: Identity, holder: Holder): boolean {
  return !isPlainlyOther(holder, asker) && isMine(relationTo(ports, { record: { holder } }, asker));
}

/** Returns the orders whose worktrees no longer exist. One that was moved by hand is where it is once git was told so. */
async function treelessOf(ports: Ports, claims: readonly ClaimView[]): Promise<ReadonlySet<OrderId>> {
  const isGone = ({ worktree }: ClaimView) => worktree !== null && !ports.worktrees.isHere(worktree);
  const missing = claims.filter(isGone);
  if (missing.length > 0) await ports.worktrees.list();
  return new Set(missing.filter(isGone).map(({ order }) => order));
}

export type OrderStatus = {
  readonly kind: 'order';
  readonly order: OrderId;
  /** Null if nobody ever claimed it. */
  readonly claim: ClaimView | null;
  /** Whether the caller's claim names a worktree that no longer exists. False for others, whose worktrees may be elsewhere. */
  readonly isTreeless: boolean;
  /** Whether its work is merged and its worktree still exists. */
  readonly isRemovable: boolean;
  /** Whether the caller may reopen it once it is complete: its last holder, or a person. */
  readonly mayReopen: boolean;
  /** The session from which the last change took it, for the reason in the claim's note. */
  readonly takenFrom: SessionId | null;
  /** Whether a completed claim's work is merged; null if it is not completed, or its commit is unknown. */
  readonly fate: Fate | null;
  /** The ref that keeps finished work which is not merged, and which its branch does not have; null if there is none. */
  readonly keptAs: string | null;
  /** Why a claim would be refused although nobody holds the order: its work is done. Null if it would not. */
  readonly done: Finding | null;
  /** The claims of the orders that the reason of a block names. */
  readonly waitsFor: readonly ClaimView[];
  readonly warnings: readonly Warning[];
};

/** `empty`: the branch has no commits of its own. */
type Fate = 'merged' | 'unmerged' | 'empty';

/** Returns everything about one order's claim. */
export async function orderStatus(ports: Ports, text: string): Promise<OrderStatus> {
  const asked = await namedOrders(ports, [text]);
  const [order] = asked.orders as [OrderId];
  await freshen(ports);
  const { asker, readings, warnings } = await arrive(ports, { surveying: ports.registry.survey([order]), isOfSome: true });
  const [claim = null] = observe(ports, readings, asker);
  const reading = readings.get(order);
  const fate = reading?.kind === 'record' && reading.record.state === 'completed' ? await fateOf(ports, reading.record) : null;
  const keptAs = fate === 'unmerged' && reading?.kind === 'record' ? await keptAsOf(ports, reading.record) : null;
  const waitsFor = claim?.state === 'blocked' ? await namedIn(ports, claim) : [];
  const isRemovable = fate === 'merged' && isTreeOfItsOwn(ports, claim);
  const found = isOpen(claim) ? await findings(ports, asked, asker, readings) : [];
  const done = found.find(({ kind, severity }) => kind === 'already-done' && severity === 'block') ?? null;
  const judged = claim && (await withBranchThatIs(ports, { ...claim, evidence: fate ?? claim.evidence }));
  const isTreeless = judged?.mine === true && (await treelessOf(ports, [judged])).has(order);
  return {
    kind: 'order',
    order,
    claim: judged,
    isTreeless,
    isRemovable,
    mayReopen: claim?.mine === true || asker === null || isPerson(asker),
    takenFrom: takenFromOf(reading),
    fate,
    keptAs,
    done,
    waitsFor,
    warnings: [...nearMisses(asked), ...warnings, ...found.filter((one) => one !== done).map(findingWarning)],
  };
}

/** Whether anybody may claim the order, as far as its claim says. */
function isOpen(claim: ClaimView | null): boolean {
  return claim === null || claim.state === 'released' || claim.state === 'abandoned';
}

/** Returns what a claim of the order would say and refuse. */
async function findings(
  ports: Ports,
  { orders, titles }: NamedOrders,
  asker: Identity | null,
  readings: ReadonlyMap<OrderId, Reading>,
): Promise<readonly Finding[]> {
  const [order] = orders as [OrderId];
  const checking = checkClaim(
    ports,
    asker,
    orders,
    orders.filter((one) => titles.has(one)),
  );
  const named = ports.branches.mayBeNamed(orders) ? (await ports.branches.startOf(orders)).named : [];
  const reading = readings.get(order);
  const own = reading?.kind === 'record' ? reading.record.branch : null;
  // Where a branch exists, its work began long ago.
  const beginning = async () =>
    own === null && named.length === 0 ? ((await ports.branches.defaultBase())?.commit ?? null) : null;
  const found = await checking(readings, await straysBeside(ports, order, own, named), beginning);
  return found.filter(({ kind }) => kind !== 'intent');
}

function isTreeOfItsOwn({ places, worktrees }: Ports, claim: ClaimView | null): boolean {
  const tree = claim?.worktree ?? null;
  return tree !== null && tree !== places.mainDir && worktrees.isHere(tree);
}

function takenFromOf(reading: Reading | undefined): SessionId | null {
  const key = reading?.kind === 'record' && reading.record.action === 'take' ? reading.record.takenFrom : null;
  return key === null ? null : sessionIdOf(key);
}

/** More than a person would name. Each one costs a look at its ref. */
const NAMED_MAX = 5;

async function namedIn(ports: Ports, { order, note }: ClaimView): Promise<readonly ClaimView[]> {
  const orders = ordersNamedIn(ports, note ?? '').filter((one) => one !== order);
  if (orders.length === 0) return [];
  const { readings } = await ports.registry.survey(orders.slice(0, NAMED_MAX));
  return observe(ports, readings, readerOf(ports));
}

async function fateOf(ports: Ports, { tip, base }: ClaimRecord): Promise<Fate | null> {
  if (tip === null) return null;
  if (tip === base) return 'empty';
  return (await ports.branches.unmerged([tip])).has(tip) ? 'unmerged' : 'merged';
}

async function keptAsOf(ports: Ports, { order, branch, tip }: ClaimRecord): Promise<string | null> {
  return tip === null || branch === null || ports.guardedRefs.kept(order) === null
    ? null
    : keptOffBranch(ports, order, branch, tip);
}
