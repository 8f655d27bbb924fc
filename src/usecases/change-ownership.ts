import { composeRecord, type Writing } from '../core/claim/compose.ts';
import { type Decision, decide } from '../core/claim/decide.ts';
import { type ClaimRecord, isLive, type LiveState, type Witnessed } from '../core/claim/record.ts';
import type { Refusal } from '../core/claim/refusal.ts';
import { type Command, contendersMove } from '../core/claim/transitions.ts';
import { ClaimError } from '../core/errors.ts';
import type { Oid, OrderId } from '../core/ids.ts';
import { type Identity, isPerson } from '../core/session/identity.ts';
import { keptHolder, type Relation } from '../core/session/relation.ts';
import { formatInstant } from '../core/time.ts';
import type { Reading } from '../ports/registry.ts';
import { holderOf, notePresence } from './asker.ts';
import { challenge } from './challenge.ts';
import { contention, relationTo } from './observe.ts';
import type { Ports } from './ports.ts';
import { notUnderstood, refusalOf } from './refuse.ts';

/*
 *   read -> decide (pure) -> swap, which reads again -+-> applied: done
 *    ^                                                |
 *    +------------- somebody was faster --------------+   bounded
 */

/** A swap is lost only to somebody else's success; losing this often in a row to ever new ones is not chance. */
const ROUNDS_MAX = 8;

/** What a command adds to the record it writes; `holder` only where the claim goes to somebody else than the asker. */
export type Details = Partial<Pick<Writing, 'holder' | 'lease' | 'place' | 'tip' | 'note' | 'linear'>>;

/** What somebody who takes a claim has seen of it, and whether they insist although its holder lives. */
export type Insistence = { readonly seen: Oid; readonly isForced: boolean };

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
 * @param gather works out what the records to write will say, from what stands now and from why claims may be taken from their silent or dead holders
 * @param insistence of a take: it is about this very record and no other
 * @throws ClaimError `git` when git cannot write, `held` when another record stands than the one insisted on
 */
export async function changeOwnership(
  ports: Ports,
  asker: Identity,
  command: Command,
  orders: readonly OrderId[],
  gather: (
    readings: ReadonlyMap<OrderId, Reading>,
    reasons: ReadonlyMap<OrderId, string>,
  ) => Promise<(order: OrderId) => Details>,
  insistence: Insistence | null = null,
): Promise<Changed | Refusal> {
  let linear: string | null = null;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const reading = readingsFor(ports, command, orders);
    // A helper answers for a session that may not be there.
    if (round === 0 && command !== 'answer') linear = notePresence(ports, asker).linear;
    const [nonces, readings] = await Promise.all([ports.nonces(orders.length), reading]);
    const plans = await Promise.all(
      orders.map((order) => plan(ports, asker, command, order, readings.get(order) as Reading, insistence)),
    );
    const refused = plans.find(({ decision }) => decision.kind === 'refuse');
    if (refused?.decision.kind === 'refuse') {
      const refusal = refusalOf(ports, asker, command, refused.decision.code, refused.order, readings);
      return { ...refusal, retryAfterMs: refused.waitMs };
    }
    const silent = plans.filter(({ decision }) => decision.kind === 'challenge');
    if (silent.length > 0) {
      const challenged = await challenge(ports, asker, command, silent, nonces);
      if (challenged !== null) return challenged;
      continue;
    }
    const writes = plans.filter(({ decision }) => decision.kind === 'write');
    if (writes.length === 0) return { kind: 'changed', claims: plans.map(standing) };
    const reasons = new Map(plans.flatMap(({ order, because }) => (because === null ? [] : [[order, because] as const])));
    const detailsOf = await gather(readings, reasons);
    const changes = plans.map((one, at) => ({
      order: one.order,
      expected: one.before,
      record: compose(ports, asker, one, nonces[at] as string, {
        ...(becomesAskers(one) ? { linear } : {}),
        ...(isKeptAside(command, one) ? {} : detailsOf(one.order)),
      }),
    }));
    const outcome = await ports.registry.swap(changes);
    switch (outcome.kind) {
      case 'applied':
        // Ours is history already: who takes a claim wants to know what stands now.
        if (isTaking(command) && outcome.superseded.length === orders.length) break;
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

type Plan = {
  readonly order: OrderId;
  readonly before: Witnessed | null;
  /** What the asker is to the holder; `other` where there is none. */
  readonly relation: Relation;
  readonly decision: Decision | { readonly kind: 'challenge' };
  /** When it may be worth asking again, where that is known. */
  readonly waitMs: number | null;
  /** What a take is based on. */
  readonly because: string | null;
};

/** An absence is proved by the swap that relies on it. A holder's command would make none, and a broken ref must not read as "nobody does". */
async function readingsFor(ports: Ports, command: Command, orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, Reading>> {
  const readings = await ports.registry.read(orders);
  const absent = isTaking(command) ? [] : orders.filter((order) => readings.get(order)?.kind === 'absent');
  return absent.length === 0 ? readings : new Map([...readings, ...(await ports.registry.survey(absent)).readings]);
}

async function plan(
  ports: Ports,
  asker: Identity,
  command: Command,
  order: OrderId,
  reading: Reading,
  insistence: Insistence | null,
): Promise<Plan> {
  const plain = { order, relation: 'other' as const, waitMs: null, because: null };
  if (reading.kind === 'foreign') return { ...plain, before: null, decision: { kind: 'refuse', code: 'foreign' } };
  if (reading.kind === 'unreadable') return { ...plain, before: null, decision: { kind: 'refuse', code: 'unknown' } };
  const before = reading.kind === 'record' ? reading : null;
  const relation = before === null ? 'other' : relationTo(ports, before, asker);
  if (insistence !== null && before?.oid !== insistence.seen) throw changedMeanwhile(order);
  const standpoint = { relation, isPerson: isPerson(asker), isFormer: false };
  const decision = decide(command, before, standpoint);
  const isWanted = command === 'take' ? decision.kind === 'write' : decision.kind === 'refuse' && decision.code === 'held';
  if (isWanted && insistence?.isForced !== true && before !== null && isLive(before.record))
    return { ...plain, before, ...contended(ports, before, before.record.state) };
  if (decision.kind !== 'refuse' || decision.code !== 'not-holder') return { ...plain, before, relation, decision };
  // Only a refusal wants to know whether the asker lost what it asks for: that takes a walk through the records.
  const past = await ports.registry.history(order, HISTORY_MAX);
  const isFormer = past.some(({ record }) => record.holder.key === asker.key);
  return { ...plain, before, decision: decide(command, before, { ...standpoint, isFormer }) };
}

/** A claim of somebody else's is refused, challenged or taken, as its holder lives, is silent or is gone. */
function contended(ports: Ports, before: Witnessed, state: LiveState): Pick<Plan, 'decision' | 'waitMs' | 'because'> {
  const outcome = contention(ports, before);
  switch (outcome.kind) {
    case 'leave':
      return { decision: { kind: 'refuse', code: 'held' }, waitMs: outcome.waitMs, because: null };
    case 'challenge':
      return { decision: { kind: 'challenge' }, waitMs: outcome.waitMs, because: null };
    case 'take':
      return {
        decision: contendersMove('take', state),
        waitMs: null,
        because: outcome.because,
      };
  }
}

function isTaking(command: Command): boolean {
  return command === 'claim' || command === 'reopen';
}

/** How far back a loss is remembered. */
const HISTORY_MAX = 200;

function compose(
  ports: Ports,
  asker: Identity,
  { order, before, relation, decision, because }: Plan,
  nonce: string,
  details: Details,
): ClaimRecord | null {
  if (decision.kind !== 'write') return null;
  return composeRecord({
    order,
    move: decision,
    before: before as Witnessed,
    holder:
      before !== null && decision.ownership === 'keeps' ? keptHolder(before.record.holder, asker, relation) : holderOf(asker),
    nonce,
    now: formatInstant(ports.clock.now().wallMs),
    note: because,
    ...details,
  });
}

/** The issue a session works on is that of the claims it makes; one that is handed over keeps its own. */
function becomesAskers({ decision }: Plan): boolean {
  return decision.kind === 'write' && decision.ownership === 'changes' && decision.action !== 'hand';
}

/** Whoever claims what it holds only answers or follows its session: lease and place stay as they are. */
function isKeptAside(command: Command, { decision }: Plan): boolean {
  return isTaking(command) && decision.kind === 'write' && decision.ownership === 'keeps';
}

function standing({ before }: Plan): ChangedClaim {
  return { before, now: before as Witnessed, isAlready: true };
}

function changed(one: Plan, record: ClaimRecord | null, oids: ReadonlyMap<OrderId, Witnessed['oid']>): ChangedClaim {
  const oid = oids.get(one.order);
  if (record === null || oid === undefined) return standing(one);
  return { before: one.before, now: { oid, previous: one.before?.oid ?? null, record }, isAlready: false };
}

function changedMeanwhile(order: OrderId): ClaimError {
  return new ClaimError('held', `${order} has changed since it was looked at, and nothing was taken`, {
    hint: `git claim status ${order} shows how it stands now`,
  });
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
  for (const order of orders) {
    const refused = notUnderstood(ports, asker, command, order, readings);
    if (refused !== null) return refused;
  }
  throw new ClaimError('git', `git did not write the claim: ${why}`, {
    hint: 'nothing was changed; try again, and see git claim status',
  });
}
