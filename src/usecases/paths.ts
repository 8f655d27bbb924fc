import type { OrderRefusal } from '../core/claim/refusal.ts';
import { ClaimError } from '../core/errors.ts';
import { type OrderId, orderIdOf } from '../core/ids.ts';
import { type ClaimPath, isWithin } from '../core/path.ts';
import { pathLease } from '../core/paths/lease.ts';
import type { PathView } from '../core/paths/view.ts';
import type { Refusal } from '../core/refusal.ts';
import { holderOf } from '../core/session/holder.ts';
import type { Identity } from '../core/session/identity.ts';
import type { SurveyedPath } from '../ports/path-registry.ts';
import { askerItself, askerOf } from './caller/asker.ts';
import { bindTree } from './caller/tree.ts';
import { isMine, relationTo } from './evidence/observe.ts';
import { observePaths } from './evidence/observe-paths.ts';
import { boundOrders } from './orders/selection.ts';
import { type CarriedOut, carryOut } from './ownership/carry-out.ts';
import type { Changed } from './ownership/changed.ts';
import { noteChanges } from './ownership/note-change.ts';
import type { PathWish } from './ownership/plan-paths.ts';
import type { Ports } from './ports.ts';
import { arrive } from './presence/arrive.ts';
import { keepAlive } from './presence/keep-alive.ts';
import { giveSignElsewhere } from './presence/sign-elsewhere.ts';
import { freshen } from './remote/contact.ts';
import { NO_HELPER, strangerWarning, type Warning } from './warning.ts';

/** More than a person means to claim, and as much as one transaction should change. */
const PATHS_MAX = 200;

export type ClaimedPaths = {
  readonly kind: 'paths-claimed';
  readonly paths: readonly { readonly wanted: ClaimPath; readonly view: PathView; readonly isAlready: boolean }[];
  /** The caller's own claims that a wider one replaced. */
  readonly widened: readonly ClaimPath[];
  /** Paths that were taken from dead or silent sessions. */
  readonly taken: readonly { readonly path: ClaimPath; readonly from: string; readonly because: string }[];
  /** How often the session's helper beats; null if only commands speak for the session. */
  readonly beatMs: number | null;
  readonly warnings: readonly Warning[];
};

/**
 * Claims files and folders for the caller, all or none. They belong to the order of this worktree if the caller holds exactly one
 * here.
 *
 * @param ttlMs how long the claims outlive the session's silence; null: `claim.pathTtl`
 * @throws ClaimError `usage` for a path that cannot be claimed, or a TTL that is too short
 */
export async function claimPaths(ports: Ports, texts: readonly string[], ttlMs: number | null): Promise<ClaimedPaths | Refusal> {
  const paths = await typedPaths(ports, named(texts));
  assertNoOrder(ports, texts);
  const asker = askerItself(ports);
  const [order = null, ...more] = await boundOrders(ports, asker);
  const forOrder = more.length === 0 ? order : null;
  const outcome = await claimFor(ports, asker, forOrder, paths, ttlMs);
  // The claim that the binding names may have ended since.
  const isOver = outcome.kind === 'refused' && forOrder !== null && !('wanted' in outcome) && ORDER_OVER.has(outcome.code);
  const settled = isOver ? await claimFor(ports, asker, null, paths, ttlMs) : outcome;
  return settled.kind === 'refused' ? settled : claimedPaths(ports, asker, paths, settled);
}

/** An agent that claimed a file named like an order would believe that it holds the order. */
function assertNoOrder(ports: Ports, texts: readonly string[]): void {
  for (const text of texts) {
    const order = orderIdOf(text, ports.settings.idPattern);
    if (order !== null && !ports.places.isTyped(text))
      throw new ClaimError({ code: 'usage', kind: 'path-is-order', text, order });
  }
}

function named(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) throw new ClaimError({ code: 'usage', kind: 'no-path-named' });
  return texts;
}

const ORDER_OVER: ReadonlySet<OrderRefusal['code']> = new Set(['not-holder', 'lost', 'illegal']);

/** Returns the wish to claim paths, for an order or for none. */
export function pathWish(
  ports: Ports,
  asker: Identity,
  paths: readonly ClaimPath[],
  order: OrderId | null,
  ttlMs: number | null,
): PathWish {
  const lease = async () => pathLease((await keepAlive(ports, holderOf(asker))).lease, ttlMs ?? ports.settings.pathTtlMs);
  return { kind: 'claim', paths, order, lease, isLeaseNamed: ttlMs !== null };
}

/**
 * Returns the paths that the caller typed, each once, without those inside another one.
 *
 * @throws ClaimError `usage` for too many, and for a path that cannot be claimed
 */
export async function typedPaths(ports: Ports, texts: readonly string[]): Promise<ClaimPath[]> {
  if (texts.length > PATHS_MAX) throw new ClaimError({ code: 'usage', kind: 'too-many-paths', max: PATHS_MAX });
  const paths = await Promise.all(texts.map((text) => ports.places.typedPath(text)));
  const keyed = new Map(paths.map((path) => [ports.paths.keyOf(path), path]));
  const keys = [...keyed.keys()];
  return keys
    .filter((key) => !keys.some((other) => other !== key && isWithin(key, other)))
    .map((key) => keyed.get(key) as ClaimPath);
}

export type ReleasedPaths = {
  readonly kind: 'paths-released';
  readonly paths: readonly { readonly path: ClaimPath; readonly isAlready: boolean }[];
};

/** Gives path claims back. A path that nobody claims counts as given back already. */
export async function releasePaths(ports: Ports, texts: readonly string[]): Promise<ReleasedPaths | Refusal> {
  const paths = await typedPaths(ports, named(texts));
  const asker = askerOf(ports);
  const wish: PathWish = { kind: 'release', paths };
  const keys = new Set(paths.map((path) => ports.paths.keyOf(path)));
  const { paths: current } = await ports.paths.survey();
  // The records of their orders name them, and have to change too.
  const orders = current.flatMap(({ key, reading }) =>
    keys.has(key) && reading.kind === 'record' && isMine(relationTo(ports, reading, asker)) ? (reading.record.order ?? []) : [],
  );
  const outcome = await change(ports, asker, [...new Set(orders)], wish);
  const isOver = outcome.kind === 'refused' && orders.length > 0 && !('wanted' in outcome) && ORDER_OVER.has(outcome.code);
  const settled = isOver ? await change(ports, asker, [], wish) : outcome;
  if (settled.kind === 'refused') return settled;
  await noteOutcome(ports, asker, settled);
  return { kind: 'paths-released', paths: settled.paths.map(({ path, isAlready }) => ({ path, isAlready })) };
}

export type PathRows = { readonly kind: 'paths'; readonly paths: readonly PathView[]; readonly warnings: readonly Warning[] };

/** Lists path claims with their sessions and orders, and whether each session is alive. */
export async function listPaths(ports: Ports): Promise<PathRows> {
  await freshen(ports);
  const surveying = ports.paths.survey().then((current) => ({ readings: new Map(), ...current }));
  const { asker, paths, strangers, warnings } = await arrive(ports, { surveying, isOfSome: true });
  return {
    kind: 'paths',
    paths: observePaths(ports, paths, asker),
    warnings: [...warnings, ...strangers.map(strangerWarning)],
  };
}

function claimFor(ports: Ports, asker: Identity, order: OrderId | null, paths: readonly ClaimPath[], ttlMs: number | null) {
  return change(ports, asker, order === null ? [] : [order], pathWish(ports, asker, paths, order, ttlMs));
}

/** Writes the records of orders only if their paths change: see `withPaths`. */
function change(ports: Ports, asker: Identity, orders: readonly OrderId[], wish: PathWish): Promise<CarriedOut | Refusal> {
  return carryOut(ports, { asker, command: 'renew', orders, wish });
}

async function noteOutcome(ports: Ports, asker: Identity, outcome: Changed): Promise<void> {
  for (const { now, isAlready } of outcome.claims) if (!isAlready) bindTree(ports, now);
  noteChanges(ports, asker, outcome);
  await giveSignElsewhere(ports, asker, outcome.claims);
}

async function claimedPaths(ports: Ports, asker: Identity, paths: readonly ClaimPath[], outcome: Changed): Promise<ClaimedPaths> {
  await noteOutcome(ports, asker, outcome);
  const { isHelped, lease } = await keepAlive(ports, holderOf(asker));
  const current = outcome.paths.map(
    ({ now }) => ({ key: ports.paths.keyOf(now?.record.path as ClaimPath), reading: { kind: 'record', ...now } }) as SurveyedPath,
  );
  const views = observePaths(ports, current, asker);
  const warnings = asker.anchor !== null && !isHelped ? [NO_HELPER] : [];
  return {
    kind: 'paths-claimed',
    paths: views.map((view, at) => ({ wanted: paths[at] as ClaimPath, view, isAlready: outcome.paths[at]?.isAlready ?? false })),
    widened: outcome.cleared.flatMap(({ contention, claim }) => (contention === null ? [claim.record.path] : [])),
    taken: takenOf(outcome),
    beatMs: isHelped ? lease.beatMs : null,
    warnings,
  };
}

function takenOf({ cleared, paths }: Changed): ClaimedPaths['taken'] {
  const around = cleared.flatMap(({ contention, claim }) =>
    contention?.kind === 'take' ? [{ path: claim.record.path, from: claim.record.holder.id, because: contention.because }] : [],
  );
  const exact = paths.flatMap(({ now, taken }) =>
    taken === null || now === null
      ? []
      : [{ path: now.record.path, from: taken.record.holder.id, because: now.record.note ?? '' }],
  );
  return [...around, ...exact];
}
