import { type ClaimRecord, isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { oneLine } from '../core/line.ts';
import type { Refusal } from '../core/refusal.ts';
import { askerOf, holderOf } from './caller/asker.ts';
import { bindTree, treeOf } from './caller/tree.ts';
import { observe } from './evidence/observe.ts';
import { chosenOrders } from './orders/selection.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { ChangedClaim } from './ownership/changed.ts';
import { noteChanges } from './ownership/note-change.ts';
import type { Details } from './ownership/plan-order.ts';
import type { Ports } from './ports.ts';
import { keepAlive, keepHolding } from './presence/keep-alive.ts';
import { giveSignElsewhere } from './presence/sign-elsewhere.ts';
import type { Warning } from './warning.ts';

/** A holder's command was carried out on each claim. */
export type Done = {
  readonly kind: 'done';
  readonly command: HoldersVerb;
  readonly claims: readonly { readonly view: ClaimView; readonly isAlready: boolean }[];
  readonly warnings: readonly Warning[];
};

type HoldersVerb = 'renew' | 'release' | 'complete' | 'abandon' | 'block' | 'unblock';

/** Extends the lease: a record with the same generation, and a sign of life. */
export function renew(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  return onOwnClaims(ports, 'renew', orders, async () => {
    const { lease } = await keepAlive(ports, holderOf(askerOf(ports)));
    return () => ({ lease });
  });
}

/** Gives claims back: free for everybody, the work tree stays as it is. */
export function release(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  return onOwnClaims(ports, 'release', orders, async () => () => ({}));
}

/** Gives claims back for good reason: like release, and the history says the work was given up. */
export function abandon(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  return onOwnClaims(ports, 'abandon', orders, async () => () => ({}));
}

/**
 * Keeps claims while waiting for something outside.
 *
 * @param text why, for people
 * @throws ClaimError `usage` without a reason
 */
export async function block(ports: Ports, orders: readonly string[], text: string): Promise<Done | Refusal> {
  const reason = oneLine(text);
  if (reason === '') throw new ClaimError({ code: 'usage', kind: 'block-without-reason' });
  return onOwnClaims(ports, 'block', orders, async () => () => ({ note: reason }));
}

/** Goes on with blocked claims. */
export function unblock(ports: Ports, orders: readonly string[]): Promise<Done | Refusal> {
  return onOwnClaims(ports, 'unblock', orders, async () => () => ({}));
}

/** A holder's command: on the orders named, else on that of this work tree. */
export async function onOwnClaims(
  ports: Ports,
  command: HoldersVerb,
  texts: readonly string[],
  gather: (claims: readonly ClaimRecord[]) => Promise<(order: OrderId) => Details>,
): Promise<Done | Refusal> {
  const asker = askerOf(ports);
  const orders = await chosenOrders(ports, asker, command, texts);
  const outcome = await carryOut(ports, {
    asker,
    command,
    orders,
    gather: (readings) => gather([...readings.values()].flatMap((one) => (one.kind === 'record' ? [one.record] : []))),
  });
  if (outcome.kind === 'refused') return outcome;
  for (const one of outcome.claims) followUp(ports, one);
  noteChanges(ports, asker, outcome);
  await keepHolding(ports, holderOf(asker), outcome.claims);
  await giveSignElsewhere(ports, asker, outcome.claims);
  const views = observe(ports, new Map(outcome.claims.map(({ now }) => [now.record.order, { kind: 'record', ...now }])), asker);
  return {
    kind: 'done',
    command,
    claims: views.map((view, at) => ({ view, isAlready: outcome.claims[at]?.isAlready ?? false })),
    warnings: outcome.warnings,
  };
}

/** The tree follows its claim: unlocked and unbound at its end, bound to the new record while it lives. */
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
