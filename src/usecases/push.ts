import type { ClaimRecord } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import { forcePushMessage } from '../core/event-messages.ts';
import type { OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { holderOf } from '../core/session/holder.ts';
import { askerOf } from './caller/asker.ts';
import { announceByHook } from './caller/heard.ts';
import { treeOf } from './caller/tree.ts';
import { isMine, relationTo } from './evidence/observe.ts';
import { onOwnClaims } from './own-claims.ts';
import type { Ports } from './ports.ts';
import { keepAlive } from './presence/keep-alive.ts';
import {
  afterPublishing,
  areTogether,
  notePushes,
  type Publication,
  type PushedWork,
  publicationsOf,
  publishApart,
  publishedBranch,
} from './publish/publication.ts';
import { confirmed, contact } from './remote/contact.ts';
import { type WorkEnd, workEnd } from './trees/work-end.ts';
import type { Warning } from './warning.ts';

/** What was published of each order. */
export type PushedOrders = {
  readonly kind: 'pushed';
  readonly claims: readonly { readonly view: ClaimView; readonly pushed: PushedWork }[];
  readonly warnings: readonly Warning[];
};

/*
 *   ask the remote -> the claims are ours? -+-> one push: branches and claims (renewed), all or none
 *                                           +-> claims elsewhere, or not shared: renew, push the branches, look again
 */

/**
 * Publishes the branches of orders, which only their holder can. The claim gets a new record in the same push: a claim that is
 * only looked at may be taken between the look and the push.
 *
 * @param isForced whether a branch may lose commits, if it is where it was last seen there
 * @throws ClaimError `remote` if a remote cannot be reached, or does not take it; `usage` where there is none
 */
export async function push(ports: Ports, orders: readonly string[], isForced: boolean): Promise<PushedOrders | Refusal> {
  refuseOffline(ports);
  await confirmed(ports);
  let publications: readonly Publication[] = [];
  const outcome = await onOwnClaims(ports, { command: 'renew', typed: 'push', orders, consent: null }, async (claims) => {
    publications = await publicationsOf(ports, await endsOf(ports, claims));
    notePushes(ports, claims, publications);
    const { lease } = await keepAlive(ports, holderOf(askerOf(ports)));
    return (order) => {
      const publication = publications.find((one) => one.order === order);
      const isSent = publication !== undefined && areTogether(publications);
      return { lease, publishes: isSent ? publishedBranch(publication, isForced) : null };
    };
  });
  if (outcome.kind === 'refused') return outcome;
  const isFenced = areTogether(publications);
  if (!isFenced) await publishApart(ports, publications, isForced);
  const lost = isFenced ? [] : await lostMeanwhile(ports, publications);
  if (isForced) await announceForced(ports, publications);
  const pushed = await afterPublishing(ports, publications, isFenced);
  const claims = outcome.claims.map(({ view }) => ({ view, pushed: pushed.get(view.order) as PushedWork }));
  return { kind: 'pushed', claims, warnings: [...outcome.warnings, ...lost] };
}

/** Announces which branches lost commits, as the hook does for a plain `git push`. */
async function announceForced(ports: Ports, publications: readonly Publication[]): Promise<void> {
  for (const { tip, destination } of publications) {
    const { branch, seen } = destination;
    if (seen === null || (await ports.branches.contains(tip, seen))) continue;
    announceByHook(ports, askerOf(ports), [{ kind: 'force-push', message: forcePushMessage(`refs/heads/${branch}`) }]);
  }
}

/** @throws ClaimError `usage` if the caller wants to go on without the remote */
export function refuseOffline({ shared }: Ports): void {
  if (shared?.isOffline === true) throw new ClaimError({ code: 'usage', kind: 'push-offline' });
}

/** Returns where the work of each claim ends. */
async function endsOf(ports: Ports, claims: readonly ClaimRecord[]): Promise<ReadonlyMap<OrderId, WorkEnd>> {
  const trees = await ports.worktrees.list();
  const ends = new Map<OrderId, WorkEnd>();
  for (const claim of claims) {
    const path = treeOf(ports, claim);
    const tree = trees.find((one) => one.path === path && !one.isMissing) ?? null;
    ends.set(claim.order, await workEnd(ports, claim, tree));
  }
  return ends;
}

/** Returns the warnings of claims that were lost while their branches were on the way. */
async function lostMeanwhile(ports: Ports, publications: readonly Publication[]): Promise<Warning[]> {
  await contact(ports);
  const asker = askerOf(ports);
  const readings = await ports.registry.read(publications.map(({ order }) => order));
  return publications.flatMap(({ order, destination }): Warning[] => {
    const reading = readings.get(order);
    if (reading?.kind === 'record' && isMine(relationTo(ports, reading, asker))) return [];
    const taker = reading?.kind === 'record' ? reading.record.holder.id : null;
    return [{ code: 'pushed-unfenced', order, remote: destination.shown, taker }];
  });
}
