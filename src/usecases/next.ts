import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { OrderList } from '../core/orders/order.ts';
import { type Judged, VERDICTS } from '../core/orders/recommend.ts';
import type { Refusal } from '../core/refusal.ts';
import { askerOf } from './caller/asker.ts';
import { type Claimed, claimOnce } from './claim.ts';
import { recommendOrders } from './orders/recommend.ts';
import type { Ports } from './ports.ts';
import { TreeNotMade } from './trees/settle.ts';
import type { Warning } from './warning.ts';

/** What to work on, and why not on something else. */
export type Recommendation = {
  readonly kind: 'recommendation';
  /** Best first; at most as many as were asked for. */
  readonly orders: readonly Judged[];
  /** Orders that were passed over. */
  readonly passed: readonly Judged[];
  readonly warnings: readonly Warning[];
};

/**
 * Recommends orders.
 *
 * @throws ClaimError `nothing` when there is none
 */
export async function next(ports: Ports, limit: number): Promise<Recommendation> {
  const { judged, list, warnings } = await recommendOrders(ports);
  const orders = judged.filter(isRecommended);
  if (orders.length === 0) throw nothing(judged, list);
  return {
    kind: 'recommendation',
    orders: orders.slice(0, limit),
    passed: judged.filter((one) => !isRecommended(one)),
    warnings,
  };
}

/** More attempts than this are not a race but a mistake. */
const ATTEMPTS_MAX = 200;

/** Where so many work trees cannot be made, the next one cannot either: the disk is full, or nothing may be written there. */
const FAILURES_MAX = 3;

/**
 * Claims the best order that can be had: when one turns out to be somebody else's by now, or its work tree cannot be made, the next is tried. Claims
 * of silent holders come last, and are taken as `claim` takes them.
 *
 * @throws ClaimError `nothing` when there is none, `git` when there were, and no work tree of theirs could be made; whatever `claim` throws
 */
export async function claimNext(ports: Ports, how: { readonly isHere: boolean; readonly base: string | null }): Promise<Claimed> {
  askerOf(ports);
  const { judged, list, warnings } = await recommendOrders(ports);
  const failures: TreeNotMade[] = [];
  const refusals = new Map<OrderId, Refusal>();
  for (const { order } of judged.filter(isRecommended).slice(0, ATTEMPTS_MAX)) {
    const outcome = await claimOnce(ports, { orders: [order.id], ...how, isReopen: false, onWait: null }).catch(givenBack);
    if (outcome.kind === 'claimed') {
      const failed = failures.map(({ message }) => ({ code: 'given-back' as const, message }));
      return { ...outcome, warnings: [...failed, ...outcome.warnings, ...warnings] };
    }
    if (outcome.kind === 'given-back') failures.push(outcome.failure);
    else refusals.set(order.id, outcome);
    if (failures.length === FAILURES_MAX) break;
  }
  const since = judged.map((one) => seenSince(one, refusals.get(one.order.id)));
  throw failed(failures) ?? nothing(since, list);
}

/** Says of an order that somebody else was faster with whose it is by now. */
function seenSince(one: Judged, refusal: Refusal | undefined): Judged {
  if (refusal === undefined || refusal.claim === null || refusal.code !== 'held') return one;
  const { session, evidence, liveness } = refusal.claim;
  return { ...one, verdict: liveness === 'live' ? 'held' : one.verdict, why: `held by ${session}, ${evidence}` };
}

/** Goes on where nothing is left behind of the order that was tried. */
function givenBack(error: unknown): { readonly kind: 'given-back'; readonly failure: TreeNotMade } {
  if (error instanceof TreeNotMade && error.isGivenBack) return { kind: 'given-back', failure: error };
  throw error;
}

function failed([first, ...more]: readonly TreeNotMade[]): ClaimError | null {
  if (first === undefined || more.length === 0) return first ?? null;
  return new ClaimError('git', 'no work tree could be made', {
    reasons: [first, ...more].map(({ message }) => message),
    ...(first.hint === null ? {} : { hint: first.hint }),
  });
}

function isRecommended({ verdict }: Judged): boolean {
  return verdict === 'free' || verdict === 'takeable';
}

/** How many orders the complaint names with their reasons; the others are counted. */
const NAMED_MAX = 12;

function nothing(judged: readonly Judged[], { missing, place }: OrderList): ClaimError {
  if (judged.length === 0) {
    const where = missing.length === 0 ? '' : `: ${missing.map((folder) => `${folder}/`).join(' and ')} not found in ${place}`;
    return new ClaimError('nothing', `there are no order files${where}`, {
      hint: "git config claim.orders says where they are, such as 'backlog/tasks/*.md'; any order can be claimed by its id without a file",
    });
  }
  const named = judged.filter(({ why }) => why !== null).slice(0, NAMED_MAX);
  const counts = VERDICTS.flatMap((verdict) => {
    const many = judged.filter((one) => one.verdict === verdict && !named.includes(one)).length;
    return many === 0 ? [] : [`${many} ${named.some((one) => one.verdict === verdict) ? 'more ' : ''}${verdict}`];
  });
  const reasons = [...named.map(({ order, why }) => `${order.id}: ${why}`), ...(counts.length === 0 ? [] : [counts.join(', ')])];
  const silent = judged.find(({ verdict }) => verdict === 'takeable');
  return new ClaimError('nothing', 'no order is ready and free', {
    reasons,
    hint:
      silent === undefined
        ? 'git claim list shows who works on what'
        : `git claim --wait ${silent.order.id} waits until its silent holder answers or may be replaced`,
  });
}
