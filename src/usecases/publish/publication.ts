import { type ClaimRecord, isLive } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Destination } from '../../ports/publisher.ts';
import type { PublishedBranch } from '../../ports/registry.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import type { WorkEnd } from '../trees/work-end.ts';

/** What is to be published of an order. */
export type Publication = { readonly order: OrderId; readonly tip: Oid; readonly destination: Destination };

/** What was published of an order. */
export type PushedWork = {
  readonly branch: string;
  /** The remote, without the user and password that an address may contain. */
  readonly remote: string;
  readonly commit: Oid;
  /** Whether branch and claim moved together. Else the claim may have been lost while the branch was on its way. */
  readonly isFenced: boolean;
};

/**
 * Returns what is to be published of orders.
 *
 * @param ends where the work of each ends
 * @throws ClaimError `illegal` for an order without a branch, `usage` where no remote is known
 */
export async function publicationsOf(ports: Ports, ends: ReadonlyMap<OrderId, WorkEnd>): Promise<readonly Publication[]> {
  const works = [...ends].map(([order, { branch, tip }]) => {
    if (branch === null || tip === null) throw new ClaimError({ code: 'illegal', kind: 'no-branch-to-push', order });
    return { order, branch, tip };
  });
  const destinations = await (await ports.publisher()).destinationsOf(works.map(({ branch }) => branch));
  return works.map(({ order, branch, tip }, at) => {
    const destination = destinations[at] ?? null;
    if (destination === null) throw new ClaimError({ code: 'usage', kind: 'nowhere-to-push', branch });
    return { order, tip, destination };
  });
}

/** Returns whether branches and claims are in one repository, where one push moves all of them or none. */
export function areTogether(publications: readonly Publication[]): boolean {
  return publications.every(({ destination }) => destination.isWithClaims);
}

/** Notes pushes as the hook does, which does not hear of them: a branch that gets to a remote in another way is told. */
export function notePushes(ports: Ports, claims: readonly ClaimRecord[], publications: readonly Publication[]): void {
  for (const { order, tip } of publications) {
    const claim = claims.find((one) => one.order === order);
    if (claim !== undefined && isLive(claim))
      ports.notes.notePushed(treeOf(ports, claim), [{ commit: tip, key: claim.holder.key }]);
  }
}

/** @param isForced whether the branch may lose commits, if it is where it was last seen there */
export function publishedBranch({ tip, destination: { branch, remote, seen } }: Publication, isForced: boolean): PublishedBranch {
  return { branch, remote, tip, expected: isForced ? seen : undefined };
}

/** Moves branches alone, one after the other. */
export async function publishApart(ports: Ports, publications: readonly Publication[], isForced: boolean): Promise<void> {
  const publisher = await ports.publisher();
  for (const one of publications) await publisher.push(publishedBranch(one, isForced));
}

/** Does what is left when branches have moved. Returns what was published, by order. */
export async function afterPublishing(
  ports: Ports,
  publications: readonly Publication[],
  isFenced: boolean,
): Promise<ReadonlyMap<OrderId, PushedWork>> {
  if (publications.length === 0) return new Map();
  const publisher = await ports.publisher();
  for (const { destination } of publications) if (!destination.hasUpstream) await publisher.setUpstream(destination);
  return new Map(
    publications.map(({ order, tip, destination: { branch, shown } }) => [
      order,
      { branch, remote: shown, commit: tip, isFenced },
    ]),
  );
}
