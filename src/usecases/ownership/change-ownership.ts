import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { Command } from '../../core/claim/transitions.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import { formatInstant } from '../../core/time.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import type { ClaimChange, Reading, SwapOutcome } from '../../ports/registry.ts';
import { noteLeaving } from '../evidence/path-refs.ts';
import type { Ports } from '../ports.ts';
import { freshened } from '../remote/contact.ts';
import { attachedPaths, movesPaths } from './attached-paths.ts';
import { challengeOrders, challengePaths } from './challenge.ts';
import type { Changed, ChangedClaim, ChangedPath } from './changed.ts';
import { type Composed, composeChanges } from './compose-changes.ts';
import { type Details, type Insistence, isTaking, type Plan, planOrder } from './plan-order.ts';
import { type PathPlan, type PathWish, planWish } from './plan-paths.ts';
import { notUnderstood, refusalOf } from './refuse.ts';
import { signShared } from './sign-shared.ts';

/*
 *   read -> decide (pure) -> gather -> compose (pure) -> swap, which reads again -+-> applied: done
 *    ^                                                                            |
 *    +-------------------------- another session was faster ----------------------+   bounded
 */

/** A swap is lost only when another session's succeeds. Losing this often in a row is not chance. */
const ROUNDS_MAX = 8;

/** A session's command on claims. */
export type OwnershipChange = {
  readonly asker: Identity;
  readonly command: Command;
  /** None if only paths change. */
  readonly orders: readonly OrderId[];
  /** Called in each round that is about to write orders. */
  readonly gather?: Gather;
  /** Limits a take to one record. */
  readonly insistence?: Insistence;
  /** Whether a guest in the holder's worktree speaks for the holder, having been asked. */
  readonly isStandingIn?: boolean;
  /** The paths to claim or release besides. */
  readonly wish?: PathWish | null;
};

/**
 * Returns what else the new records say, or a refusal.
 *
 * @param readings the current claims
 * @param reasons the evidence for each claim that is taken over, by order
 */
export type Gather = (
  readings: ReadonlyMap<OrderId, Reading>,
  reasons: ReadonlyMap<OrderId, string>,
) => Promise<((order: OrderId) => Details) | Refusal>;

type Swap = (changes: readonly ClaimChange[], paths: readonly PathChange[]) => Promise<SwapOutcome>;

/**
 * Changes who owns what. No other loop does. It reads the claims, decides for each what the command may do, and writes all
 * records or none in place of exactly those it read. If another session wrote first, it starts again. The paths of orders move
 * with them.
 *
 * @param swap writes what was composed
 * @throws ClaimError `git` if git cannot write, `held` if the record is no longer the one insisted on
 */
export async function changeOwnership(
  ports: Ports,
  change: OwnershipChange,
  swap: Swap = (changes, paths) => ports.registry.swap(changes, paths),
): Promise<Changed | Refusal> {
  let hasLooked = false;
  // Elsewhere a claim may have ended since the remote was read.
  const look = async () => {
    if (hasLooked) return false;
    hasLooked = true;
    return freshened(ports);
  };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const outcome = await attempt(ports, change, swap, look);
    if (outcome !== null) return outcome;
  }
  const names = [...change.orders, ...(change.wish?.paths ?? [])];
  throw new ClaimError({ code: 'git', kind: 'contended', names, rounds: ROUNDS_MAX });
}

/**
 * Makes one attempt; returns null if another session was faster.
 *
 * @param look reads the remote before a refusal, and returns whether it did so now
 */
async function attempt(
  ports: Ports,
  change: OwnershipChange,
  swap: Swap,
  look: () => Promise<boolean>,
): Promise<Changed | Refusal | null> {
  const { asker, command, orders, wish = null } = change;
  const reading = readingsFor(ports, command, orders);
  const surveying = wish === null ? null : ports.paths.survey();
  const [readings, surveyed] = await Promise.all([reading, surveying]);
  const plans = await Promise.all(orders.map((order) => planOrder(ports, change, order, readings.get(order) as Reading)));
  const [refused, ...others] = plans.flatMap(({ decision, order, waitMs, parted }) => {
    if (decision.kind !== 'refuse') return [];
    const refusal = { ...refusalOf(ports, asker, command, decision.code, order, readings), retryAfterMs: waitMs };
    return [parted === undefined ? refusal : { ...refusal, parted }];
  });
  if (refused !== undefined && (await look())) return null;
  if (refused !== undefined) return plans.length === 1 ? refused : { ...refused, others };
  const silent = plans.filter(({ decision }) => decision.kind === 'challenge');
  if (silent.length > 0) return challengeOrders(ports, asker, command, silent);
  const current = (surveyed ?? (plans.some(movesPaths) ? await ports.paths.survey() : null))?.paths ?? null;
  const wished = wish === null ? NOTHING : await planWish(ports, asker, wish, current ?? [], plans);
  if (wished.kind === 'refused') return (await look()) ? null : wished;
  if (wished.kind === 'challenge') return challengePaths(ports, asker, wished);
  const detailsOf = await gathered(change, plans, readings);
  if (typeof detailsOf !== 'function') return (await look()) ? null : detailsOf;
  const unsigned = composeChanges(change, {
    plans,
    current,
    wished: wished.changes,
    detailsOf,
    ...(await stamps(ports, plans, current)),
  });
  const composed = signShared(ports, unsigned);
  noteLeaving(ports, composed.paths);
  const isNothing = composed.paths.length === 0 && composed.changes.every(({ record }) => record === null);
  const began = ports.shared === null ? null : ports.clock.instant();
  const outcome = isNothing ? UNCHANGED : await swap(composed.changes, composed.paths);
  if (began !== null && outcome.kind === 'applied' && ports.shared?.isOffline === false)
    ports.remoteSightings.noteAccepted([...outcome.oids.values()], began);
  switch (outcome.kind) {
    case 'applied':
      // Another record already follows ours, and a caller who claims needs the current one.
      if (isTaking(command) && orders.length > 0 && outcome.superseded.length === orders.length) return null;
      return changedBy(plans, wished, composed, outcome);
    case 'denied':
      throw denied(ports, outcome.why);
    case 'not-applied':
      return blocked(ports, change, outcome.why);
    case 'lost':
      return null;
  }
}

type ReadyPaths = Extract<PathPlan, { kind: 'ready' }>;
type Applied = Extract<SwapOutcome, { kind: 'applied' }>;

const NOTHING: ReadyPaths = { kind: 'ready', planned: [], away: [], changes: [] };
const UNCHANGED: Applied = { kind: 'applied', oids: new Map(), superseded: [] };

/**
 * Reads the claims. A swap proves the absence of a ref that it relies on. A holder's command makes no swap if a ref is absent, so
 * this surveys such refs: a broken one must not count as absent.
 */
async function readingsFor(ports: Ports, command: Command, orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, Reading>> {
  const readings = await ports.registry.read(orders);
  const absent = isTaking(command) || command === 'mint' ? [] : orders.filter((order) => readings.get(order)?.kind === 'absent');
  return absent.length === 0 ? readings : new Map([...readings, ...(await ports.registry.survey(absent)).readings]);
}

async function gathered(
  { gather }: OwnershipChange,
  plans: readonly Plan[],
  readings: ReadonlyMap<OrderId, Reading>,
): Promise<((order: OrderId) => Details) | Refusal> {
  if (gather === undefined || !plans.some(({ decision }) => decision.kind === 'write')) return () => ({});
  return gather(readings, new Map(plans.flatMap(({ order, because }) => (because === null ? [] : [[order, because] as const]))));
}

/** Returns the nonces and the time for new records, and the paths that change with their orders. */
async function stamps(ports: Ports, plans: readonly Plan[], current: readonly SurveyedPath[] | null) {
  const attached = attachedPaths(plans, current ?? []);
  const [nonces, pathNonces] = await Promise.all([ports.nonces(plans.length), ports.nonces(attached.length)]);
  return { nonces, attached, pathNonces, now: formatInstant(ports.clock.now().wallMs) };
}

/** Returns what an attempt changed, even if it had nothing to write. */
function changedBy(plans: readonly Plan[], wished: ReadyPaths, { changes, paths }: Composed, outcome: Applied): Changed {
  const { oids } = outcome;
  return {
    kind: 'changed',
    claims: changes.map(({ record }, at) => changed(plans[at] as Plan, record, oids)),
    paths: wished.planned.map((one) => changedPath(one, paths, oids)),
    cleared: wished.away,
  };
}

function changed({ order, before }: Plan, record: ClaimRecord | null, oids: Applied['oids']): ChangedClaim {
  const oid = oids.get(order);
  if (record === null || oid === undefined) return { before, now: before as Witnessed, isAlready: true };
  return { before, now: { oid, previous: before?.oid ?? null, record }, isAlready: false };
}

function changedPath(
  { key, path, decision }: ReadyPaths['planned'][number],
  changes: readonly PathChange[],
  oids: Applied['oids'],
): ChangedPath {
  if (decision.kind === 'already') return { path, now: decision.by, isAlready: true, taken: null };
  const change = changes.find((one) => one.key === key);
  const oid = oids.get(key);
  if (change?.record == null || oid === undefined) return { path, now: null, isAlready: decision.kind === 'absent', taken: null };
  const now = { oid, previous: change.expected?.oid ?? null, record: change.record };
  return { path, now, isAlready: false, taken: decision.kind === 'take' ? decision.over.claim : null };
}

function denied(ports: Ports, said: string): ClaimError {
  return new ClaimError({ code: 'git', kind: 'git-read-only', said, mainDir: ports.places.mainDir, sandbox: ports.sandbox });
}

/** Git did not write although the refs are as expected. Perhaps it cannot read one of them, which never means free. */
async function blocked(ports: Ports, { asker, command, orders }: OwnershipChange, why: string): Promise<Refusal> {
  const { readings } = await ports.registry.survey(orders);
  for (const order of orders) {
    const refused = notUnderstood(ports, asker, command, order, readings);
    if (refused !== null) return refused;
  }
  throw new ClaimError({ code: 'git', kind: 'claim-not-written', said: why });
}
