import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { Command } from '../../core/claim/transitions.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { Debt } from '../../ports/lease-cache.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { Reading, SwapOutcome } from '../../ports/registry.ts';
import { notePresence } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import { challenge, challengePaths } from './challenge.ts';
import type { Changed, ChangedClaim, ChangedPath } from './changed.ts';
import { type Composed, composeChanges, type Gather } from './compose-changes.ts';
import { mirrorClaims, owe, payDebts } from './mirror.ts';
import { type Insistence, isTaking, type Plan, planOrder } from './plan-order.ts';
import { movesPaths, type PathPlan, type PathWish, planWish } from './plan-paths.ts';
import { notUnderstood, refusalOf } from './refuse.ts';

/*
 *   read -> decide (pure) -> swap, which reads again -+-> applied: done
 *    ^                                                |
 *    +------------- somebody was faster --------------+   bounded
 */

/** A swap is lost only to somebody else's success; losing this often in a row to ever new ones is not chance. */
const ROUNDS_MAX = 8;

/**
 * The one loop that changes ownership: reads the claims, decides for each what the command may do, writes all or none over the very records seen,
 * and starts again when somebody was faster. The paths of orders move with them.
 *
 * @param gather works out what the records to write will say, or why nothing is to be written, from what stands now and from why claims may be taken from their silent or dead holders
 * @param insistence of a take: it is about this very record and no other
 * @param wish what is wanted of paths besides
 * @throws ClaimError `git` when git cannot write, `held` when another record stands than the one insisted on
 */
export async function changeOwnership(
  ports: Ports,
  asker: Identity,
  command: Command,
  orders: readonly OrderId[],
  gather: Gather,
  insistence: Insistence | null = null,
  wish: PathWish | null = null,
): Promise<Changed | Refusal> {
  let linear: string | null = null;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const reading = readingsFor(ports, command, orders);
    const surveying = wish === null ? null : ports.paths.survey();
    // A helper answers for a session that may not be there.
    if (round === 0 && command !== 'answer') linear = notePresence(ports, asker).linear;
    const [nonces, readings, surveyed] = await Promise.all([ports.nonces(orders.length), reading, surveying]);
    const plans = await Promise.all(
      orders.map((order) => planOrder(ports, asker, command, order, readings.get(order) as Reading, insistence)),
    );
    const refused = plans.find(({ decision }) => decision.kind === 'refuse');
    if (refused?.decision.kind === 'refuse') {
      const refusal = refusalOf(ports, asker, command, refused.decision.code, refused.order, readings);
      return { ...refusal, retryAfterMs: refused.waitMs };
    }
    const silent = plans.filter(({ decision }) => decision.kind === 'challenge');
    if (silent.length > 0) {
      const challenged = await challenge(ports, asker, command, silent, nonces);
      if (challenged !== null) return challenged;
      continue;
    }
    const standing = (surveyed ?? (plans.some(movesPaths) ? await ports.paths.survey() : null))?.paths ?? null;
    const wished = wish === null ? NOTHING : await planWish(ports, asker, wish, standing ?? [], plans);
    if (wished.kind === 'refused') return wished;
    if (wished.kind === 'challenge') {
      const challenged = await challengePaths(ports, asker, wished);
      if (challenged !== null) return challenged;
      continue;
    }
    const decided = { plans, readings, nonces, linear, standing, wished: wished.changes };
    const composed = await composeChanges(ports, asker, command, decided, gather);
    if (composed.kind === 'refused') return composed;
    const { outcome, debts } = await written(ports, composed);
    switch (outcome.kind) {
      case 'applied':
        // Ours is history already: who takes a claim wants to know what stands now.
        if (isTaking(command) && orders.length > 0 && outcome.superseded.length === orders.length) break;
        return changedBy(ports, command, plans, wished, composed, outcome, debts);
      case 'denied':
        throw denied(ports, outcome.why);
      case 'not-applied':
        return blocked(ports, asker, command, orders, outcome.why);
      case 'lost':
    }
  }
  const what = [...orders, ...(wish?.paths ?? [])].join(', ');
  throw new ClaimError('git', `${what} changed hands ${ROUNDS_MAX} times while this was being decided`, {
    hint: 'git claim list shows who is at it, git claim doctor what else may be in the way; try again in a moment',
  });
}

type ReadyPaths = Extract<PathPlan, { kind: 'ready' }>;
type Applied = Extract<SwapOutcome, { kind: 'applied' }>;

const NOTHING: ReadyPaths = { kind: 'ready', planned: [], away: [], changes: [] };
const UNCHANGED: Applied = { kind: 'applied', oids: new Map(), pathOids: new Map(), superseded: [] };

/** An absence is proved by the swap that relies on it. A holder's command would make none, and a broken ref must not read as "nobody does". */
async function readingsFor(ports: Ports, command: Command, orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, Reading>> {
  const readings = await ports.registry.read(orders);
  const absent = isTaking(command) || command === 'mint' ? [] : orders.filter((order) => readings.get(order)?.kind === 'absent');
  return absent.length === 0 ? readings : new Map([...readings, ...(await ports.registry.survey(absent)).readings]);
}

/** Swaps what was composed, if there is anything to write. Mirrors are owed before any ref is moved. */
async function written(ports: Ports, { changes, paths }: Composed): Promise<{ outcome: SwapOutcome; debts: Debt[] }> {
  const isNothing = paths.length === 0 && changes.every(({ record }) => record === null);
  // A broken configuration must not be found out once the swap is under way.
  const { mirrors } = ports;
  const swapping = isNothing ? UNCHANGED : ports.registry.swap(changes, paths);
  // The first git of a swap only stores objects: this is noted meanwhile.
  const debts = owe(ports, mirrors, changes);
  const outcome = await swapping;
  if (outcome.kind !== 'applied') ports.cache.paid(debts);
  return { outcome, debts };
}

/** Tells what came of a command, once its mirrors are written. */
async function changedBy(
  ports: Ports,
  command: Command,
  plans: readonly Plan[],
  wished: ReadyPaths,
  { changes, paths }: Composed,
  outcome: Applied,
  debts: readonly Debt[],
): Promise<Changed> {
  const { oids, pathOids } = outcome;
  const claims = changes.map(({ record }, at) => changed(plans[at] as Plan, record, oids));
  const warnings = await mirrorClaims(ports, claims, debts);
  // Whoever begins pays what else is owed once there is a work tree.
  if (!isTaking(command)) warnings.push(...(await payDebts(ports, outcome === UNCHANGED ? plans.map(({ order }) => order) : [])));
  return {
    kind: 'changed',
    claims,
    paths: wished.planned.map((one) => changedPath(one, paths, pathOids)),
    cleared: wished.away,
    warnings,
  };
}

function changed(
  { order, before }: Plan,
  record: ClaimRecord | null,
  oids: ReadonlyMap<OrderId, Witnessed['oid']>,
): ChangedClaim {
  const oid = oids.get(order);
  if (record === null || oid === undefined) return { before, now: before as Witnessed, isAlready: true };
  return { before, now: { oid, previous: before?.oid ?? null, record }, isAlready: false };
}

function changedPath(
  { key, path, decision }: ReadyPaths['planned'][number],
  changes: readonly PathChange[],
  oids: ReadonlyMap<PathChange['key'], WitnessedPath['oid']>,
): ChangedPath {
  if (decision.kind === 'already') return { path, now: decision.by, isAlready: true, taken: null };
  const change = changes.find((one) => one.key === key);
  const oid = oids.get(key);
  if (change?.record == null || oid === undefined) return { path, now: null, isAlready: decision.kind === 'absent', taken: null };
  const now = { oid, previous: change.expected?.oid ?? null, record: change.record };
  return { path, now, isAlready: false, taken: decision.kind === 'take' ? decision.over.claim : null };
}

function denied(ports: Ports, why: string): ClaimError {
  const place = ports.places.mainDir;
  return new ClaimError('git', `git may not write in this repository from here: ${why}`, {
    hint: `a coding agent's sandbox often keeps .git read-only: ask the person to run the same command in a terminal of their own, in ${place}; git claim status and list work here`,
  });
}

/** The expected values stand and still git did not write: perhaps the ref cannot be read at all, which is never "free". */
async function blocked(
  ports: Ports,
  asker: Identity,
  command: Command,
  orders: readonly OrderId[],
  why: string,
): Promise<Refusal> {
  const { readings } = await ports.registry.survey(orders);
  for (const order of orders) {
    const refused = notUnderstood(ports, asker, command, order, readings);
    if (refused !== null) return refused;
  }
  throw new ClaimError('git', `git did not write the claim: ${why}`, {
    hint: 'nothing was changed; try again, and see git claim status',
  });
}
