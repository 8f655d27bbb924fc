import { ClaimError } from '../core/errors.ts';
import type { OrderList } from '../core/work/order.ts';
import { type Judged, VERDICTS } from '../core/work/recommend.ts';
import { askerOf } from './asker.ts';
import { type Claimed, claimOnce } from './claim.ts';
import type { Ports } from './ports.ts';
import { recommendOrders } from './recommend.ts';
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

/**
 * Claims the best order that can be had: when one turns out to be somebody else's by now, the next is tried. Claims of silent holders come last, and are
 * taken as `claim` takes them.
 *
 * @throws ClaimError `nothing` when there is none; whatever `claim` throws
 */
export async function claimNext(ports: Ports, how: { readonly isHere: boolean; readonly base: string | null }): Promise<Claimed> {
  askerOf(ports);
  const { judged, list, warnings } = await recommendOrders(ports);
  for (const { order } of judged.filter(isRecommended).slice(0, ATTEMPTS_MAX)) {
    const outcome = await claimOnce(ports, { orders: [order.id], ...how, isReopen: false, onWait: null });
    if (outcome.kind === 'claimed') return { ...outcome, warnings: [...outcome.warnings, ...warnings] };
  }
  throw nothing(judged, list);
}

function isRecommended({ verdict }: Judged): boolean {
  return verdict === 'free' || verdict === 'takeable';
}

/** How many orders the complaint names with their reasons; the others are counted. */
const NAMED_MAX = 6;

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
  return new ClaimError('nothing', `no order is ready and free (${reasons.join('; ')})`, {
    hint:
      silent === undefined
        ? 'git claim list shows who works on what'
        : `git claim --wait ${silent.order.id} waits until its silent holder answers or may be replaced`,
  });
}
