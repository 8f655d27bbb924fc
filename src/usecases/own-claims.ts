import type { Place } from '../core/claim/compose.ts';
import { type ClaimRecord, isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { oneLine } from '../core/line.ts';
import type { Refusal } from '../core/refusal.ts';
import { holderOf } from '../core/session/holder.ts';
import { askerOf } from './caller/asker.ts';
import { bindTree, treeOf } from './caller/tree.ts';
import { observe } from './evidence/observe.ts';
import { hasOrderFiles } from './orders/order-files.ts';
import { chosenOrders } from './orders/selection.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import type { ChangedClaim } from './ownership/changed.ts';
import { noteChanges } from './ownership/note-change.ts';
import type { Details } from './ownership/plan-order.ts';
import type { Ports } from './ports.ts';
import { asHolder, type Consent } from './presence/as-holder.ts';
import { keepAlive, keepHolding } from './presence/keep-alive.ts';
import { giveSignElsewhere } from './presence/sign-elsewhere.ts';
import type { PushedWork } from './publish/publication.ts';
import { placeNow } from './trees/places.ts';
import { leftUntouched, type Remainder } from './trees/remainder.ts';
import type { Warning } from './warning.ts';

/** What a holder's command did to each claim. */
export type Done = {
  readonly kind: 'done';
  readonly command: HoldersVerb;
  readonly claims: readonly DoneClaim[];
  /** Whether `git claim next` could find anything. */
  readonly hasOrderFiles: boolean;
  readonly warnings: readonly Warning[];
};

export type DoneClaim = {
  readonly view: ClaimView;
  readonly isAlready: boolean;
  readonly remainder: Remainder;
  /** Its branch does not have its work. */
  readonly isOffBranch?: boolean;
  /** What was published of it; absent if nothing was to be. */
  readonly pushed?: PushedWork;
};

type HoldersVerb = 'renew' | 'release' | 'complete' | 'abandon' | 'block' | 'unblock';

/** Renews the lease with a record of the same generation, and gives a sign of life. */
export function renew(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  return onOwnClaims(ports, { command: 'renew', orders, consent: null }, async () => {
    const { lease } = await keepAlive(ports, holderOf(askerOf(ports)));
    return () => ({ lease });
  });
}

/** Releases claims, so that anybody can claim the orders. Their worktrees stay as they are. */
export async function release(ports: Ports, orders: readonly string[], consent: Consent = null): Promise<Done | Refusal> {
  return withLeftovers(ports, await onOwnClaims(ports, { command: 'release', orders, consent }, async () => () => ({})));
}

/** Releases claims like {@link release}, but the history says that the work was given up. */
export async function abandon(ports: Ports, orders: readonly string[], consent: Consent = null): Promise<Done | Refusal> {
  return withLeftovers(ports, await onOwnClaims(ports, { command: 'abandon', orders, consent }, async () => () => ({})));
}

async function withLeftovers(ports: Ports, outcome: Done | Refusal): Promise<Done | Refusal> {
  if (outcome.kind === 'refused') return outcome;
  const claims = outcome.claims.map(async (one) => ({ ...one, remainder: await leftUntouched(ports, one.view) }));
  return { ...outcome, claims: await Promise.all(claims) };
}

/**
 * Marks claims as blocked: the caller keeps them while waiting for something else.
 *
 * @param text the reason, for people
 * @throws ClaimError `usage` without a reason
 */
export async function block(
  ports: Ports,
  orders: readonly string[],
  text: string,
  consent: Consent = null,
): Promise<Done | Refusal> {
  const reason = oneLine(text);
  if (reason === '') throw new ClaimError({ code: 'usage', kind: 'block-without-reason' });
  return onOwnClaims(ports, { command: 'block', orders, consent }, async () => () => ({ note: reason }));
}

/** Continues blocked claims. */
export function unblock(ports: Ports, orders: readonly string[], consent: Consent = null): Promise<Done | Refusal> {
  return onOwnClaims(ports, { command: 'unblock', orders, consent }, async () => () => ({}));
}

/** What a holder's command is about, and who is asked if a guest of the holder gives it. */
type Wanted = {
  readonly command: HoldersVerb;
  readonly orders: readonly string[];
  readonly consent: Consent;
  /** The command as it was typed, if that is another one. */
  readonly typed?: string;
};

/** Carries out a holder's command on the named orders, else on that of this worktree. */
export async function onOwnClaims(
  ports: Ports,
  { command, orders: texts, consent, typed = command }: Wanted,
  gather: (claims: readonly ClaimRecord[]) => Promise<(order: OrderId) => Details>,
): Promise<Done | Refusal> {
  const asker = askerOf(ports);
  const orders = await chosenOrders(ports, asker, typed, texts);
  const gathering: Gather = async (readings) => {
    const claims = [...readings.values()].flatMap((one) => (one.kind === 'record' ? [one.record] : []));
    const detailsOf = await gather(claims);
    const places = new Map(claims.map((claim) => [claim.order, placeNow(ports, claim)]));
    return (order) => ({ place: places.get(order) as Place, ...detailsOf(order) });
  };
  const { outcome, warnings } = await asHolder(ports, asker, { command, orders, consent }, (isStandingIn) =>
    carryOut(ports, { asker, command, orders, isStandingIn, gather: gathering }),
  );
  if (outcome.kind === 'refused') return asTyped(outcome, typed);
  for (const one of outcome.claims) followUp(ports, one);
  noteChanges(ports, asker, outcome);
  await keepHolding(ports, holderOf(asker), outcome.claims);
  await giveSignElsewhere(ports, asker, outcome.claims);
  const views = observe(ports, new Map(outcome.claims.map(({ now }) => [now.record.order, { kind: 'record', ...now }])), asker);
  return {
    kind: 'done',
    command,
    claims: views.map((view, at) => ({ view, isAlready: outcome.claims[at]?.isAlready ?? false, remainder: null })),
    hasOrderFiles: await hasOrderFiles(ports),
    warnings: [...warnings, ...outcome.warnings],
  };
}

function asTyped(refusal: Refusal, command: string): Refusal {
  if ('wanted' in refusal) return refusal;
  const others = refusal.others?.map((one) => ({ ...one, command }));
  return { ...refusal, command, ...(others === undefined ? {} : { others }) };
}

/** Binds the worktree of a live claim to its new record; unbinds and unlocks that of a claim that ended. */
function followUp(ports: Ports, { now }: ChangedClaim): void {
  if (isLive(now.record)) {
    bindTree(ports, now);
    return;
  }
  const { order } = now.record;
  const path = treeOf(ports, now.record);
  ports.bindings.unbind(path, order);
  if (path !== null) ports.worktrees.unlock(path, order);
}
