import { composeRecord, type Writing } from '../core/claim/compose.ts';
import { type Decision, decide } from '../core/claim/decide.ts';
import type { ClaimRecord, Witnessed } from '../core/claim/record.ts';
import type { Refusal } from '../core/claim/refusal.ts';
import type { Command } from '../core/claim/transitions.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { Identity } from '../core/session/identity.ts';
import { formatInstant } from '../core/time.ts';
import type { Reading } from '../ports/registry.ts';
import { holderOf, notePresence } from './asker.ts';
import { relationTo } from './observe.ts';
import type { Ports } from './ports.ts';
import { refusalOf } from './refuse.ts';

/*
 *   read -> decide (pure) -> swap, which reads again -+-> applied: done
 *    ^                                                |
 *    +------------- somebody was faster --------------+   bounded
 */

/** A swap is lost only to somebody else's success; losing this often in a row to ever new ones is not chance. */
const ROUNDS_MAX = 8;

/** What a command adds to the record it writes; `holder` only where the claim goes to somebody else than the asker. */
export type Details = Partial<Pick<Writing, 'holder' | 'lease' | 'place' | 'tip' | 'linear' | 'note'>>;

export type ChangedClaim = {
  readonly before: Witnessed | null;
  readonly now: Witnessed;
  /** What was asked for was so already, and nothing was written. */
  readonly isAlready: boolean;
};

export type Changed = { readonly kind: 'changed'; readonly claims: readonly ChangedClaim[] };

/**
 * The one loop that changes ownership: reads the claims, decides for each what the command may do, writes all or none over the very records seen,
 * and starts again when somebody was faster.
 *
 * @param gather works out what the records to write will say, from what stands now
 * @throws ClaimError `git` when git cannot write
 */
export async function changeOwnership(
  ports: Ports,
  asker: Identity,
  command: Command,
  orders: readonly OrderId[],
  gather: (readings: ReadonlyMap<OrderId, Reading>) => Promise<(order: OrderId) => Details>,
): Promise<Changed | Refusal> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const reading = ports.registry.read(orders);
    if (round === 0) notePresence(ports, asker);
    const [nonces, readings] = await Promise.all([ports.nonces(orders.length), reading]);
    const plans = await Promise.all(orders.map((order) => plan(ports, asker, command, order, readings.get(order) as Reading)));
    const refused = plans.find(({ decision }) => decision.kind === 'refuse');
    if (refused?.decision.kind === 'refuse')
      return refusalOf(ports, asker, command, refused.decision.code, refused.order, readings);
    const writes = plans.filter(({ decision }) => decision.kind === 'write');
    if (writes.length === 0) return { kind: 'changed', claims: plans.map(standing) };
    const detailsOf = await gather(readings);
    const changes = plans.map((one, at) => ({
      order: one.order,
      expected: one.before,
      record: compose(ports, asker, one, nonces[at] as string, detailsOf),
    }));
    const outcome = await ports.registry.swap(changes);
    switch (outcome.kind) {
      case 'applied':
        return { kind: 'changed', claims: changes.map(({ record }, at) => changed(plans[at] as Plan, record, outcome.oids)) };
      case 'denied':
        throw denied(ports, outcome.why);
      case 'not-applied':
        return blocked(ports, asker, command, orders, outcome.why);
      case 'lost':
    }
  }
  throw new ClaimError('git', `${orders.join(', ')} changed hands ${ROUNDS_MAX} times while this was being decided`, {
    hint: 'git claim list shows who is at it; try again in a moment',
  });
}

type Plan = { readonly order: OrderId; readonly before: Witnessed | null; readonly decision: Decision };

async function plan(ports: Ports, asker: Identity, command: Command, order: OrderId, reading: Reading): Promise<Plan> {
  if (reading.kind === 'foreign') return { order, before: null, decision: { kind: 'refuse', code: 'foreign' } };
  if (reading.kind === 'unreadable') return { order, before: null, decision: { kind: 'refuse', code: 'unknown' } };
  const before = reading.kind === 'record' ? reading : null;
  const standpoint = {
    relation: before === null ? ('other' as const) : relationTo(ports, before, asker),
    isPerson: asker.agent === null || asker.source === 'binding',
    isFormer: false,
    hasOwnAnchor: asker.source !== 'binding',
  };
  const decision = decide(command, before, standpoint);
  if (decision.kind !== 'refuse' || decision.code !== 'not-holder') return { order, before, decision };
  // Only a refusal wants to know whether the asker lost what it asks for: that takes a walk through the records.
  const past = await ports.registry.history(order, HISTORY_MAX);
  const isFormer = past.some(({ record }) => record.holder.key === asker.key);
  return { order, before, decision: decide(command, before, { ...standpoint, isFormer }) };
}

/** How far back a loss is remembered. */
const HISTORY_MAX = 200;

function compose(
  ports: Ports,
  asker: Identity,
  { order, before, decision }: Plan,
  nonce: string,
  detailsOf: (order: OrderId) => Details,
): ClaimRecord | null {
  if (decision.kind !== 'write') return null;
  return composeRecord({
    order,
    move: decision,
    before: before as Witnessed,
    holder: holderOf(asker),
    nonce,
    now: formatInstant(ports.clock.now().wallMs),
    ...detailsOf(order),
  });
}

function standing({ before }: Plan): ChangedClaim {
  return { before, now: before as Witnessed, isAlready: true };
}

function changed(one: Plan, record: ClaimRecord | null, oids: ReadonlyMap<OrderId, Witnessed['oid']>): ChangedClaim {
  const oid = oids.get(one.order);
  if (record === null || oid === undefined) return standing(one);
  return { before: one.before, now: { oid, previous: one.before?.oid ?? null, record }, isAlready: false };
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
  const broken = orders.find((order) => ['unreadable', 'foreign'].includes(readings.get(order)?.kind ?? ''));
  if (broken === undefined) {
    throw new ClaimError('git', `git did not write the claim: ${why}`, {
      hint: 'nothing was changed; try again, and see git claim status',
    });
  }
  const code = readings.get(broken)?.kind === 'foreign' ? 'foreign' : 'unknown';
  return refusalOf(ports, asker, command, code, broken, readings);
}
