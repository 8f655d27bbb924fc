import { takeoverGrounds } from '../core/claim/note.ts';
import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { oneLine } from '../core/line.ts';
import type { Refusal } from '../core/refusal.ts';
import { holderOf } from '../core/session/holder.ts';
import { isPerson } from '../core/session/identity.ts';
import { askerItself, issueOf } from './caller/asker.ts';
import { type Claimed, claimed } from './claimed.ts';
import { contentionNow, isMine, observe, relationTo } from './evidence/observe.ts';
import { claimedOrders } from './orders/spelling.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import { notUnderstood, refusalOf } from './ownership/refuse.ts';
import type { Ports } from './ports.ts';
import { keepAlive } from './presence/keep-alive.ts';
import { type TakeoverFacts, takeoverDetails, type WorkLeft, workLeft } from './trees/left-work.ts';

/** A claim that the caller wants to take, as it was when the caller saw it. */
export type Incumbent = {
  readonly kind: 'incumbent';
  readonly claim: Witnessed;
  readonly view: ClaimView;
  /** Null if there is no worktree, or it cannot be read. */
  readonly work: WorkLeft | null;
  /** Whether its holder is dead, or has been silent for as long as the protocol requires. Then taking it needs no force. */
  readonly isLeft: boolean;
  /** Why the caller takes it, for people: one line. */
  readonly reason: string;
};

/**
 * Looks at a claim that the caller wants to take: its holder, the evidence, and the work in its worktree.
 *
 * @param why the reason, for people
 * @returns a refusal if no other session holds the order, or if the caller forces it without being a person
 * @throws ClaimError `usage` without a reason
 */
export async function incumbentOf(ports: Ports, text: string, why: string, isForced: boolean): Promise<Incumbent | Refusal> {
  const reason = oneLine(why);
  if (reason === '') throw new ClaimError({ code: 'usage', kind: 'take-without-reason' });
  const [order] = (await claimedOrders(ports, [text])) as [OrderId];
  const asker = askerItself(ports);
  const { readings } = await ports.registry.survey([order]);
  const refused = notUnderstood(ports, asker, 'take', order, readings);
  if (refused !== null) return refused;
  const reading = readings.get(order);
  if (reading?.kind !== 'record' || !isLive(reading.record) || isMine(relationTo(ports, reading, asker)))
    return refusalOf(ports, asker, 'take', 'illegal', order, readings);
  if (isForced && !isPerson(asker)) return refusalOf(ports, asker, 'take --force', 'held', order, readings);
  const [view] = observe(ports, readings, asker);
  const work = await workLeft(ports, reading.record);
  const isLeft = (await contentionNow(ports, reading.record.order, reading)).kind === 'take';
  return { kind: 'incumbent', claim: reading, view: view as ClaimView, work, isLeft, reason };
}

/**
 * Takes a claim from its holder, with its worktree as it is. The holder must be dead, or silent for as long as the protocol
 * requires, unless a person forces it. The record keeps the reason, the evidence and the amount of work in the worktree.
 *
 * @throws ClaimError `held` if the claim has changed since {@link incumbentOf} looked at it
 */
export async function take(
  ports: Ports,
  { claim: { oid, record }, view, work, reason }: Incumbent,
  isForced: boolean,
): Promise<Claimed | Refusal> {
  const { order } = record;
  const asker = askerItself(ports);
  let taken: TakeoverFacts = { grounds: '', work };
  const gather: Gather = async (_, reasons) => {
    const { lease } = await keepAlive(ports, holderOf(asker));
    const evidence = reasons.get(order) ?? `${view.liveness}: ${view.evidence}`;
    taken = { grounds: takeoverGrounds(reason, evidence), work };
    return () => ({ lease, linear: issueOf(ports, asker), ...takeoverDetails(taken) });
  };
  const insistence = { seen: oid, isForced };
  const outcome = await carryOut(ports, { asker, command: 'take', orders: [order], gather, insistence });
  return outcome.kind === 'refused' ? outcome : claimed(ports, asker, outcome, new Map([[order, taken]]));
}
