import type { LeaseTerms } from '../core/claim/lease.ts';
import type { Refusal } from '../core/claim/refusal.ts';
import type { ClaimView } from '../core/claim/view.ts';
import type { Identity } from '../core/session/identity.ts';
import type { UnsavedWork } from '../ports/worktrees.ts';
import { askerOf, holderOf } from './asker.ts';
import { type ChangedClaim, changeOwnership } from './change-ownership.ts';
import { keepAlive } from './keep-alive.ts';
import { noteChange } from './note-change.ts';
import { observe } from './observe.ts';
import { ownPlaces, presentPlace } from './places.ts';
import type { Ports } from './ports.ts';
import { parseOrders } from './selection.ts';
import { setUpIfOwed } from './set-up.ts';
import { settle } from './settle.ts';
import { treeOf } from './tree.ts';
import type { Warning } from './warning.ts';

export type ClaimRequest = {
  readonly orders: readonly string[];
  /** Claim for the present tree instead of making one. */
  readonly isHere: boolean;
  /** The revision new work starts from; null: the default branch. */
  readonly base: string | null;
  /** Completed orders may be claimed again. */
  readonly isReopen: boolean;
  /** Told each time a claim that is held is about to be asked for again; null: a refusal is final. */
  readonly onWait: ((refusal: Refusal) => void) | null;
};

/** Somebody who waits looks this often: it costs little, and a release should not go to whoever comes by chance. */
const WAIT_POLL_MS = 1_000;

/** What a session finds that takes over: whose it was, why it could, and what lies in the tree. */
export type Takeover = { readonly from: string; readonly because: string; readonly work: UnsavedWork | null };

export type Claimed = {
  readonly kind: 'claimed';
  readonly claims: readonly {
    readonly view: ClaimView;
    readonly isAlready: boolean;
    readonly isHere: boolean;
    readonly takeover: Takeover | null;
    readonly lease: LeaseTerms;
  }[];
  /** The session's helper keeps them alive between its commands. */
  readonly isHelped: boolean;
  readonly warnings: readonly Warning[];
};

/**
 * Claims orders for the session that asks, all or nothing, and makes or adopts the work tree of each.
 *
 * @throws ClaimError when the input is bad or git fails; then nothing is claimed that was not before
 */
export async function claim(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  for (;;) {
    const outcome = await claimOnce(ports, request);
    if (request.onWait === null || outcome.kind !== 'refused' || outcome.code !== 'held') return outcome;
    request.onWait(outcome);
    await ports.sleep(Math.min(outcome.retryAfterMs ?? WAIT_POLL_MS, WAIT_POLL_MS));
  }
}

async function claimOnce(ports: Ports, request: ClaimRequest): Promise<Claimed | Refusal> {
  const orders = parseOrders(ports, request.orders);
  const asker = askerOf(ports);
  const { titles, hasOrders } = await ports.orders.find(orders);
  const command = request.isReopen ? 'reopen' : 'claim';
  const here = request.isHere ? presentPlace(ports) : null;
  const outcome = await changeOwnership(ports, asker, command, orders, async (readings) => {
    const places = here ?? ownPlaces(ports, request.base, titles, readings);
    const [placeOf, { lease }] = await Promise.all([places, keepAlive(ports, holderOf(asker))]);
    return (order) => ({ lease, place: placeOf(order) });
  });
  await here;
  if (outcome.kind === 'refused') return outcome;
  const warnings = await settle(ports, asker, outcome.claims);
  for (const one of outcome.claims) noteChange(ports, asker, one);
  for (const { now } of outcome.claims) {
    const tree = treeOf(ports, now.record);
    if (tree !== null) warnings.push(...(await setUpIfOwed(ports, now.record.order, tree)));
  }
  const unfiled = hasOrders ? orders.filter((order) => !titles.has(order)) : [];
  // Again: it may have ended meanwhile, or nothing was written because the session holds all of this already.
  const { isHelped } = await keepAlive(ports, holderOf(asker));
  return {
    kind: 'claimed',
    isHelped,
    claims: await Promise.all(outcome.claims.map((one) => shown(ports, asker, one))),
    warnings: [
      ...warnings,
      ...(asker.anchor !== null && !isHelped ? [NO_HELPER] : []),
      ...unfiled.map((order) => ({
        code: 'no-order-file' as const,
        message: `${order} has no order file here, although other orders do`,
      })),
    ],
  };
}

const NO_HELPER: Warning = {
  code: 'no-helper',
  message: 'the heartbeat helper gave no sign of life: only your own commands, such as git claim status, keep your claims alive',
};

async function shown(ports: Ports, asker: Identity, one: ChangedClaim): Promise<Claimed['claims'][number]> {
  const [view] = observe(ports, new Map([[one.now.record.order, { kind: 'record', ...one.now }]]), asker);
  const claimed = view as ClaimView;
  const isHere = claimed.worktree === ports.places.topLevel;
  return {
    view: claimed,
    isAlready: one.isAlready,
    isHere,
    takeover: await takeoverOf(ports, one, claimed),
    lease: one.now.record.lease,
  };
}

async function takeoverOf(
  ports: Ports,
  { before, now, isAlready }: ChangedClaim,
  { worktree }: ClaimView,
): Promise<Takeover | null> {
  if (isAlready || now.record.action !== 'take' || before === null) return null;
  const work = worktree === null ? null : await ports.worktrees.unsavedWork(worktree, now.record.base);
  return { from: before.record.holder.id, because: now.record.note ?? '', work };
}
