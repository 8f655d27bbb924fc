import type { ClaimView } from '../core/claim/view.ts';
import type { OrderId } from '../core/ids.ts';
import type { LeaseTerms } from '../core/record/lease.ts';
import { holderOf } from '../core/session/holder.ts';
import type { Identity } from '../core/session/identity.ts';
import type { UnsavedWork } from '../ports/worktrees.ts';
import { treeOf } from './caller/tree.ts';
import { observe } from './evidence/observe.ts';
import type { CarriedOut } from './ownership/carry-out.ts';
import type { ChangedClaim } from './ownership/changed.ts';
import { writePending } from './ownership/mirror.ts';
import { noteChange } from './ownership/note-change.ts';
import type { Ports } from './ports.ts';
import { helpWarnings, keepAlive } from './presence/keep-alive.ts';
import { giveSignElsewhere } from './presence/sign-elsewhere.ts';
import type { TakeoverFacts } from './trees/left-work.ts';
import type { Beginning, OwnPlaces } from './trees/places.ts';
import { setUpIfPending } from './trees/set-up.ts';
import { settle } from './trees/settle.ts';
import type { Warning } from './warning.ts';

/** What a session took over: from which session, why that was possible, and the work in the worktree. */
export type Takeover = {
  readonly from: string;
  /** The record's note. */
  readonly because: string;
  /** The same without the work in the worktree. */
  readonly grounds: string;
  readonly work: UnsavedWork | null;
};

/** Why claims are taken over, and the work in their worktrees, by order. */
export type Takeovers = ReadonlyMap<OrderId, TakeoverFacts>;

export type Claimed = {
  readonly kind: 'claimed';
  readonly claims: readonly {
    readonly view: ClaimView;
    readonly isAlready: boolean;
    readonly isHere: boolean;
    readonly takeover: Takeover | null;
    readonly lease: LeaseTerms;
    /** Where its branch begins; null if the branch was there already. */
    readonly beginning: Beginning | null;
  }[];
  /** Whether the session's helper keeps them alive between its commands. */
  readonly isHelped: boolean;
  readonly warnings: readonly Warning[];
};

/** Makes what the records of new claims promise, and returns the answer. */
export async function claimed(
  ports: Ports,
  asker: Identity,
  { claims, warnings: unmirrored }: CarriedOut,
  takeovers: Takeovers,
  beginnings: OwnPlaces['beginnings'] = new Map(),
): Promise<Claimed> {
  const warnings = await settle(ports, asker, claims, beginnings);
  for (const one of claims) noteChange(ports, asker, one);
  // The mirrors in new worktrees, and those that other processes left pending.
  warnings.push(
    ...(await writePending(
      ports,
      claims.map(({ now }) => now.record.order),
    )),
  );
  for (const { now } of claims) {
    const tree = treeOf(ports, now.record);
    if (tree !== null) warnings.push(...(await setUpIfPending(ports, now.record.order, tree)));
  }
  // Again: the helper may have exited meanwhile, or nothing was written because the session already holds all of this.
  const { isHelped } = await keepAlive(ports, holderOf(asker));
  await giveSignElsewhere(ports, asker, claims);
  return {
    kind: 'claimed',
    isHelped,
    claims: claims.map((one) => ({
      ...shown(ports, asker, one, takeovers.get(one.now.record.order)),
      beginning: beginnings.get(one.now.record.order) ?? null,
    })),
    warnings: [...unmirrored, ...warnings, ...helpWarnings(ports, asker, isHelped)],
  };
}

function shown(
  ports: Ports,
  asker: Identity,
  one: ChangedClaim,
  taken: TakeoverFacts | undefined,
): Omit<Claimed['claims'][number], 'beginning'> {
  const [seen] = observe(ports, new Map([[one.now.record.order, { kind: 'record', ...one.now }]]), asker);
  const view = seen as ClaimView;
  const isHere = view.worktree === ports.places.topLevel;
  return { view, isAlready: one.isAlready, isHere, takeover: takeoverOf(one, taken), lease: one.now.record.lease };
}

function takeoverOf({ before, now, isAlready }: ChangedClaim, taken: TakeoverFacts | undefined): Takeover | null {
  if (isAlready || now.record.action !== 'take' || before === null || taken === undefined) return null;
  return { from: before.record.holder.id, because: now.record.note ?? '', ...taken };
}
