import { isLive, isLiveRead, type Witnessed } from '../../core/claim/record.ts';
import type { Committer } from '../../core/guard/mode.ts';
import type { MovedRef } from '../../core/guard/moved-ref.ts';
import { isOneFamily, namesIn } from '../../core/guard/named-order.ts';
import { isHere, type KnownClaim, type Scene } from '../../core/guard/place.ts';
import { type OrderId, orderIdOf } from '../../core/ids.ts';
import { spellingAmong, twinKey } from '../../core/orders/likeness.ts';
import type { Holder } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sightOf } from '../../core/session/life.ts';
import { isPlainlyOther, relate } from '../../core/session/relation.ts';
import type { Reading, Survey } from '../../ports/registry.ts';
import { readerOf } from '../caller/asker.ts';
import { bindTree, treeOf } from '../caller/tree.ts';
import { isMine } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import { arrive } from '../presence/arrive.ts';
import type { Warning } from '../warning.ts';
import { noteUnreported } from './log.ts';

/** What a hook sees in the repository that it runs in. */
export type HookView = {
  readonly asker: Identity | null;
  readonly scene: Scene;
  readonly readings: ReadonlyMap<OrderId, Reading>;
  /** Refs of claims that moved without their session. */
  readonly moves: readonly MovedRef[];
  /** The caller's claims that the remote has not confirmed lately. */
  readonly unconfirmed: Unconfirmed | null;
};

type Unconfirmed = Extract<Warning, { readonly code: 'unconfirmed' }>;

/**
 * Looks at claims for the session at work here, and records its presence. It answers challenges of its claims, if that needs no
 * remote.
 *
 * @param isAboutHere whether only claims matter that have to do with this session, worktree and branch, and none by its order
 */
export async function lookOut(ports: Ports, isAboutHere: boolean): Promise<HookView> {
  const near = isAboutHere ? await surveyNear(ports) : null;
  const surveying = near === null ? ports.registry.survey() : Promise.resolve(near);
  noteUnreported(ports, readerOf(ports));
  const { asker, readings, moves, warnings } = await arrive(ports, { surveying, isOfSome: near !== null, isApart: true });
  const unconfirmed = warnings.find((one) => one.code === 'unconfirmed') ?? null;
  const bound = ports.bindings.read(null);
  const isOrphan = asker !== null && isOrphaned(ports, asker);
  const claims = [...readings].flatMap(([order, reading]) => knownClaim(ports, asker, order, reading, isOrphan));
  for (const { order, oid } of bound) {
    const reading = readings.get(order);
    const isAnswered = reading?.kind === 'record' && isLive(reading.record) && reading.oid !== oid;
    if (isAnswered && claims.some((claim) => claim.order === order && claim.isMine)) rebind(ports, reading);
  }
  const branch = await ports.changes.branch();
  const named = branch === null ? null : await orderNamedBy(ports, branch, claims);
  const actor = isOrphan ? 'nobody' : actorOf(ports, asker);
  return {
    asker,
    readings,
    moves,
    unconfirmed,
    scene: { actor, branch, isMerge: ports.changes.isMerging(), bound, claims, named },
  };
}

/**
 * Reads the claims that are bound here, on this branch, of this session or its process, or named by the branch, where rows are
 * kept that say which these are. Null if not, or if the branch may be named for an order in another way.
 */
async function surveyNear(ports: Ports): Promise<Survey | null> {
  const [asker, branch] = [readerOf(ports), await ports.changes.branch()];
  const keys = asker === null ? [] : [asker.key, ...(asker.guestOf === null ? [] : [asker.guestOf])];
  const near = ports.keptRows.ordersNear({ keys, anchor: asker?.anchor ?? null, branch });
  if (near === null) return null;
  const named = branch === null ? [] : ordersIn(ports, branch);
  const orders = new Set([...near, ...named, ...ports.bindings.read(null).map(({ order }) => order)]);
  const [{ readings, strangers }, { paths }] = await Promise.all([ports.registry.survey([...orders]), ports.paths.survey()]);
  const isNamed = named.length === 0 || named.some((order) => readings.get(order)?.kind !== 'absent');
  return isNamed ? { readings, strangers, paths } : null;
}

function ordersIn({ settings: { idPattern } }: Ports, branch: string): OrderId[] {
  return namesIn(branch).flatMap((name) => orderIdOf(name, idPattern) ?? orderIdOf(name.toLowerCase(), idPattern) ?? []);
}

/** The claims that a commit here works on, in the order they were bound. */
export function claimsHere({ scene }: HookView): readonly KnownClaim[] {
  const here = scene.claims.filter((claim) => isHere(scene, claim));
  const onBranch = here.filter(({ record }) => record?.branch === scene.branch);
  return onBranch.length > 0 ? onBranch : here;
}

/**
 * Ended claims are nobody's. What a holder is to the asker takes a look at a process, and which worktree is meant a look at its
 * folder: neither is done for claims that are plainly others'.
 */
function knownClaim(ports: Ports, asker: Identity | null, order: OrderId, reading: Reading, isOrphan: boolean): KnownClaim[] {
  if (reading.kind === 'absent') return [];
  if (reading.kind !== 'record') return [{ order, record: null, isMine: false, isThisTrees: false }];
  const isThisTrees = () => treeOf(ports, reading.record) === ports.places.topLevel;
  const speaks = () => asker !== null && speaksFor(ports, asker, reading.record.holder, { isOrphan, isThisTrees });
  return [
    {
      ...(reading.isEnded === undefined ? {} : { isEnded: reading.isEnded }),
      order,
      get record() {
        return reading.record;
      },
      isMine: isLiveRead(reading) && speaks(),
      get isThisTrees() {
        return isThisTrees();
      },
    },
  ];
}

/**
 * A guest speaks for the holder in the holder's own worktree. Nobody without a terminal is an agent's guest: a person has one,
 * and what an agent starts runs in its process.
 */
function speaksFor(
  ports: Ports,
  asker: Identity,
  holder: Holder,
  { isOrphan, isThisTrees }: { readonly isOrphan: boolean; isThisTrees(): boolean },
): boolean {
  if (isPlainlyOther(holder, asker)) return false;
  const sight = sightOf(holder, ports.processes);
  if (isOrphan && holder.agent !== null && !sight.isAbove) return false;
  const relation = relate(holder, asker, sight);
  return isMine(relation) || (relation === 'guest' && isThisTrees());
}

/** Returns whether the asker is known by the worktree alone, and has no terminal at which a person may sit. */
function isOrphaned(ports: Ports, asker: Identity): boolean {
  const self = ports.self();
  if (asker.source !== 'binding' || asker.agent === null || self === null) return false;
  const seen = ports.processes.find(self.pid);
  return typeof seen !== 'string' && seen.terminal === null;
}

/** Binds the record after an answer. With the old one in the binding, the shell hook would look twice at every commit. */
function rebind(ports: Ports, { oid, record }: Witnessed): void {
  if (treeOf(ports, record) === ports.places.topLevel) bindTree(ports, { oid, previous: null, record });
}

/** A guest in an agent's worktree has the agent's key, and is not an agent. */
function actorOf(ports: Ports, asker: Identity | null): Committer {
  const identified = ports.identify();
  if (identified.kind === 'nobody')
    return identified.why === 'agent-unseen' || identified.why === 'agent-shared' ? 'agent' : 'nobody';
  return asker?.agent !== null && asker?.source !== 'binding' ? 'agent' : 'person';
}

/**
 * Returns the order that a branch is named for. A branch such as release-2 only looks like an order's: there must be a file for
 * it, or a claim with the same id prefix.
 */
async function orderNamedBy(ports: Ports, branch: string, claims: readonly KnownClaim[]): Promise<OrderId | null> {
  const orders = ordersIn(ports, branch);
  if (orders.length === 0) return null;
  const asWritten = claims.filter(({ order }) => orders.includes(order));
  const claimed = asWritten.length > 0 ? asWritten : twinsAmong(claims, orders);
  const mine = claimed.find(({ isMine: isOwn }) => isOwn);
  if (mine !== undefined) return mine.order;
  const first = orders.find((order) => claimed.some((claim) => claim.order === order)) ?? claimed[0]?.order;
  if (first !== undefined) return first;
  const { titles, like } = await ports.orders.find(orders);
  const filed = orders.find((order) => titles.has(order));
  const twin = orders.flatMap((order) => spellingAmong(order, like.get(order) ?? []) ?? [])[0];
  return filed ?? twin ?? orders.find((order) => claims.some((claim) => isOneFamily(order, claim.order))) ?? null;
}

/** Leading zeros make no other order (docs/decisions/0017-order-ids.md). */
function twinsAmong(claims: readonly KnownClaim[], orders: readonly OrderId[]): readonly KnownClaim[] {
  const keys = new Set(orders.map(twinKey));
  return claims.filter(({ order }) => keys.has(twinKey(order)));
}
