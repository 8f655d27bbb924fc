import { ClaimError } from '../core/errors.ts';
import type { Failure, WorktreeNotMade } from '../core/failures/failure.ts';
import type { OrderId } from '../core/ids.ts';
import type { OrderList } from '../core/orders/order.ts';
import { type Judged, VERDICTS } from '../core/orders/recommend.ts';
import type { Refusal } from '../core/refusal.ts';
import { askerItself } from './caller/asker.ts';
import { claimOnce } from './claim.ts';
import type { Claimed } from './claimed.ts';
import { recommendOrders } from './orders/recommend.ts';
import type { Ports } from './ports.ts';
import { assertStart } from './trees/places.ts';
import type { Warning } from './warning.ts';

/** Orders to work on, and why the others were passed over. */
export type Recommendation = {
  readonly kind: 'recommendation';
  /** The best first; at most `limit`. */
  readonly orders: readonly Judged[];
  readonly passed: readonly Judged[];
  readonly warnings: readonly Warning[];
};

/**
 * Recommends orders.
 *
 * @throws ClaimError `nothing` if there is none
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

/** More attempts than this mean a mistake, not a race. */
const ATTEMPTS_MAX = 200;

/** After this many worktrees could not be made, the next one cannot either: the disk is full or read-only. */
const FAILURES_MAX = 3;

/**
 * Claims the best order. If another session has claimed it meanwhile, or its worktree cannot be made, this tries the next one.
 * Orders with silent holders come last, and are taken as `claim` takes them.
 *
 * @throws ClaimError `nothing` if no order is ready, `git` if no worktree could be made for those that are, as {@link claimOnce}
 */
export async function claimNext(ports: Ports, how: { readonly isHere: boolean; readonly base: string | null }): Promise<Claimed> {
  assertStart(how);
  askerItself(ports);
  const { judged, list, warnings } = await recommendOrders(ports);
  const failures: WorktreeNotMade[] = [];
  const refusals = new Map<OrderId, Refusal>();
  for (const { order } of judged.filter(isRecommended).slice(0, ATTEMPTS_MAX)) {
    const outcome = await claimOnce(ports, { orders: [order.id], ...how, isReopen: false, onWait: null }).catch(givenBack);
    if (outcome.kind === 'claimed') {
      const failed = failures.map((failure) => ({ code: 'given-back' as const, failure }));
      return { ...outcome, warnings: [...failed, ...outcome.warnings, ...warnings] };
    }
    if (outcome.kind === 'given-back') failures.push(outcome.failure);
    else refusals.set(order.id, outcome);
    if (failures.length === FAILURES_MAX) break;
  }
  const since = judged.map((one) => seenSince(one, refusals.get(one.order.id)));
  throw failed(failures) ?? nothing(since, list);
}

/** Corrects the judgement of an order that another session claimed first. */
function seenSince(one: Judged, refusal: Refusal | undefined): Judged {
  if (refusal === undefined || refusal.claim === null || refusal.code !== 'held') return one;
  const { session, evidence, liveness } = refusal.claim;
  if (session === null) return one;
  return { ...one, verdict: liveness === 'live' ? 'held' : one.verdict, why: { kind: 'held', session, evidence, block: null } };
}

/** Lets the search continue if the claim was released because its worktree could not be made. */
function givenBack(error: unknown): { readonly kind: 'given-back'; readonly failure: WorktreeNotMade } {
  const failure = error instanceof ClaimError ? error.failure : null;
  if (failure?.kind === 'worktree-not-made' && failure.fate === 'given-back') return { kind: 'given-back', failure };
  throw error;
}

function failed(failures: readonly WorktreeNotMade[]): ClaimError | null {
  const [first, ...more] = failures;
  if (first === undefined) return null;
  return new ClaimError(more.length === 0 ? first : { code: 'git', kind: 'no-worktree-made', failures });
}

function isRecommended({ verdict }: Judged): boolean {
  return verdict === 'free' || verdict === 'takeable';
}

/** How many orders the error names with their reasons. The others are counted. */
const NAMED_MAX = 12;

/** No order is ready. It keeps what was judged, so that a program learns why. */
export class NothingReady extends ClaimError {
  readonly judged: readonly Judged[];

  constructor(failure: Failure, judged: readonly Judged[]) {
    super(failure);
    this.judged = judged;
  }
}

function nothing(judged: readonly Judged[], { missing, place }: OrderList): ClaimError {
  if (judged.length === 0) return new ClaimError({ code: 'nothing', kind: 'no-order-files', missing, place });
  const named = judged.flatMap(({ order, why, verdict }) => (why === null ? [] : [{ order, why, verdict }])).slice(0, NAMED_MAX);
  const counted = VERDICTS.flatMap((verdict) => {
    const count = judged.filter((one) => one.verdict === verdict && !named.some(({ order }) => order === one.order)).length;
    return count === 0 ? [] : [{ verdict, count, isMore: named.some((one) => one.verdict === verdict) }];
  });
  const silent = judged.find(({ verdict }) => verdict === 'takeable');
  const rows = named.map(({ order, why }) => ({ order: order.id, why }));
  return new NothingReady(
    { code: 'nothing', kind: 'no-order-ready', named: rows, counted, silent: silent?.order.id ?? null },
    judged,
  );
}
