import { composeRecord, type Writing } from '../../core/claim/compose.ts';
import { type Decision, decide } from '../../core/claim/decide.ts';
import { standInNote } from '../../core/claim/note.ts';
import { type ClaimRecord, isLive, isLiveState, type LiveState, type Witnessed } from '../../core/claim/record.ts';
import type { OrderRefusal } from '../../core/claim/refusal.ts';
import { type Command, contendersMove, moveOf } from '../../core/claim/transitions.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { ClaimPath } from '../../core/path.ts';
import { holderOf } from '../../core/session/holder.ts';
import { type Identity, isPerson } from '../../core/session/identity.ts';
import { personLabel } from '../../core/session/person.ts';
import { keptHolder, type Relation } from '../../core/session/relation.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { PublishedBranch, Reading, UnmovedBranch } from '../../ports/registry.ts';
import { worksElsewhere } from '../caller/tree.ts';
import { contentionNow, relationTo, whyReturned } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';

/** What a command adds to the record it writes; `holder` only if the claim goes to another session than the caller. */
export type Details = Partial<Pick<Writing, 'holder' | 'lease' | 'place' | 'tip' | 'note' | 'linear'>> & {
  /** The last commit of finished work, to be kept under a ref of its own; null if it needs none. */
  readonly keeps?: Oid | null;
  /** The branch that is published with the record; null if none is. */
  readonly publishes?: PublishedBranch | null;
};

/** What one round of a command plans for one order. */
export type Plan = {
  readonly order: OrderId;
  readonly before: Witnessed | null;
  /** What the caller is to the holder; `other` without a holder. */
  readonly relation: Relation;
  readonly decision: Decision | { readonly kind: 'challenge' };
  /** When to ask again; null if unknown. */
  readonly waitMs: number | null;
  /** The evidence that a take is based on. */
  readonly because: string | null;
  /** As in {@link OrderRefusal}. */
  readonly parted?: Parted | undefined;
  /** The branch whose work a take gets. */
  readonly unmoved: UnmovedBranch | null;
};

/** A loss further back than this many records is not found. */
const HISTORY_MAX = 200;

/** Decides what a command may do to an order's claim, given its current record. */
export async function planOrder(ports: Ports, change: Planning, order: OrderId, reading: Reading): Promise<Plan> {
  const plan = await planWithoutBranch(ports, change, order, reading);
  const before = plan.before?.record ?? null;
  const branch = before === null || worksElsewhere(ports, before.holder) ? null : before.branch;
  const isTake = plan.decision.kind === 'write' && plan.decision.action === 'take';
  return { ...plan, unmoved: isTake && branch !== null ? { branch, tip: await ports.branches.tip(branch) } : null };
}

type Planning = Composing & {
  readonly insistence?: Insistence;
  /** Whether a guest speaks for the holder, having been asked. */
  readonly isStandingIn?: boolean;
};

async function planWithoutBranch(
  ports: Ports,
  { asker, command, insistence, isStandingIn = false }: Planning,
  order: OrderId,
  reading: Reading,
): Promise<Omit<Plan, 'unmoved'>> {
  const plain = { order, relation: 'other' as const, waitMs: null, because: null };
  if (reading.kind === 'foreign') return { ...plain, before: null, decision: { kind: 'refuse', code: 'foreign' } };
  if (reading.kind === 'unreadable') return { ...plain, before: null, decision: { kind: 'refuse', code: 'unknown' } };
  const before = reading.kind === 'record' ? reading : null;
  const relation = before === null ? 'other' : relationTo(ports, before, asker);
  if (insistence !== undefined && before?.oid !== insistence.seen) throw changedMeanwhile(order);
  if (before !== null && isLive(before.record)) {
    if (relation === 'returned' && (command === 'take' || isTaking(command)))
      return { ...plain, before, relation, ...returning(ports, before, before.record.state, asker) };
    if (relation === 'guest' && isStandingIn) {
      const decision = standingIn(command, before);
      const ends = decision.kind === 'write' && !isLiveState(decision.to);
      const label = asker.person && personLabel(asker.person);
      return { ...plain, before, relation, decision, because: ends ? standInNote(decision.to, asker.id, label) : null };
    }
  }
  const standpoint = { relation, isPerson: isPerson(asker), isFormer: false };
  const decision = decide(command, before, standpoint);
  const isWanted = command === 'take' ? decision.kind === 'write' : decision.kind === 'refuse' && decision.code === 'held';
  if (isWanted && insistence?.isForced !== true && before !== null && isLive(before.record))
    return { ...plain, before, ...(await contended(ports, before, before.record.state)) };
  // Whoever only stands in the holder's worktree lost nothing.
  const mayHaveLost = decision.kind === 'refuse' && decision.code === 'not-holder' && relation !== 'guest';
  if (!mayHaveLost) return { ...plain, before, relation, decision };
  // Only a refusal says whether the caller lost the claim, which takes a walk through the records.
  const past = await ports.registry.history(order, HISTORY_MAX);
  const last = past.findIndex(({ record: { holder } }) => holder.key === asker.key && !worksElsewhere(ports, holder));
  const isFormer = last >= 0;
  return {
    ...plain,
    before,
    decision: decide(command, before, { ...standpoint, isFormer }),
    parted: partedIn(past, last, asker),
  };
}

type Parted = NonNullable<OrderRefusal['parted']>;

/** @param last where the caller's last record is in the history, which begins with the newest; negative if there is none */
function partedIn(past: readonly Witnessed[], last: number, { key }: Identity): Parted | undefined {
  const own = past[last]?.record;
  if (own === undefined) return undefined;
  if (!isLiveState(own.state)) return own.state;
  const next = past[last - 1]?.record;
  return next?.action === 'hand' && next.takenFrom !== key ? 'handed' : undefined;
}

/** The same person continues at another terminal. What a blocked claim waits for, it still waits for. */
function returning(ports: Ports, { record }: Witnessed, state: LiveState, asker: Identity): Pick<Plan, 'decision' | 'because'> {
  const waitsFor = state === 'blocked' && record.note !== null ? [record.note] : [];
  const reasons = [...waitsFor, whyReturned(ports, record.holder, asker)];
  return { decision: { ...contendersMove('take', state), to: state }, because: reasons.join('; ') };
}

/** A guest who ends a claim or gives it away owns what is left of it, so the former holder is fenced off and told. */
function standingIn(command: Command, { record }: Witnessed): Plan['decision'] {
  const move = moveOf(command, record.state, 'holder');
  return move.kind === 'write' && !isLiveState(move.to) ? { ...move, ownership: 'changes' } : move;
}

/** Refuses, challenges or takes another session's claim, depending on whether its holder is alive, silent or dead. */
async function contended(
  ports: Ports,
  before: Witnessed,
  state: LiveState,
): Promise<Pick<Plan, 'decision' | 'waitMs' | 'because'>> {
  const outcome = await contentionNow(ports, before.record.order, before);
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

/**
 * Adjusts a plan to the paths of its order. If they change, a claim that needed no write is renewed. If they do not, a renewal
 * that has no other purpose is dropped.
 *
 * @param changes if one of them lets a path join or leave the order, the order's record is rewritten even if its list of paths is
 *   unchanged, so that a concurrent release conflicts with this command
 */
export function withPaths(plan: Plan, paths: readonly ClaimPath[], changes: readonly PathChange[]): Plan {
  const { order, before, decision, relation } = plan;
  if (before === null || !isLive(before.record)) return plan;
  const isMoving = changes.some(({ expected, record }) => (expected?.record.order === order) !== (record?.order === order));
  const isSame = !isMoving && before.record.paths.join('\0') === paths.join('\0');
  if (decision.kind === 'already' && !isSame) return { ...plan, decision: moveOf('renew', before.record.state, 'holder') };
  const isIdle = decision.kind === 'write' && decision.action === 'renew' && before.record.challenge === null;
  return isIdle && isSame && (relation === 'mine' || relation === 'nested') ? { ...plan, decision: { kind: 'already' } } : plan;
}

/** The caller and its command. */
export type Composing = { readonly asker: Identity; readonly command: Command };

/**
 * Composes the record that a plan writes; null if it writes none.
 *
 * @param paths those that belong to the order from now on; null: as before
 */
export function composeOrder(
  { asker, command }: Composing,
  { order, before, relation, decision, because }: Plan,
  { nonce, now }: { readonly nonce: string; readonly now: string },
  details: Details,
  paths: readonly ClaimPath[] | null,
): ClaimRecord | null {
  if (decision.kind !== 'write') return null;
  const keeps = decision.ownership === 'keeps';
  return composeRecord({
    order,
    move: decision,
    before: before as Witnessed,
    holder: before !== null && keeps ? keptHolder(before.record.holder, asker, relation) : holderOf(asker),
    nonce,
    now,
    note: because,
    ...(relation === 'guest' && !keeps ? { takenFrom: (before as Witnessed).record.holder.key } : {}),
    // A claim of what the caller already holds only answers a challenge or follows the session: lease and place stay.
    ...(isTaking(command) && keeps ? {} : details),
    ...(paths === null ? {} : { paths }),
  });
}

export function isTaking(command: Command): boolean {
  return command === 'claim' || command === 'reopen';
}

function changedMeanwhile(order: OrderId): ClaimError {
  return new ClaimError({ code: 'held', kind: 'order-changed', order });
}

/** The record that a take was decided on, and whether a person insists although its holder lives. */
export type Insistence = { readonly seen: Oid; readonly isForced: boolean };
