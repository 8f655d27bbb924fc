import type { OrderId } from '../ids.ts';
import type { HeldPath } from '../paths/held.ts';
import { touching } from '../paths/touching.ts';
import { findCycles } from './cycles.ts';
import { obstacleIn } from './dependencies.ts';
import type { Files, WorkFacts } from './facts.ts';
import type { Order } from './order.ts';
import { rank } from './ranking.ts';

/**
 * What `next` makes of an order.
 *
 * `free` and `takeable` are recommended, the second after the first: its holder is silent or gone. A `free` one with a reason comes after those
 * without: whoever claimed paths it is about is silent or gone. All others are passed over:
 * `mine`, `held`, `foreign` (a ref nobody understands), `unmerged` (done, and not on the default branch yet), `in-progress` (by its file, and
 * nobody claimed it), `waiting` (for another order, or for a path that another session claims), `cycle`, `unknown-dependency`, `duplicate` (two files), `no-status`, `draft`, `complete`.
 */
export const VERDICTS = [
  'free',
  'takeable',
  'mine',
  'held',
  'foreign',
  'unmerged',
  'in-progress',
  'waiting',
  'cycle',
  'unknown-dependency',
  'duplicate',
  'no-status',
  'draft',
  'complete',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Judged = {
  readonly order: Order;
  readonly verdict: Verdict;
  /** One clause for people; null where the verdict says all. */
  readonly why: string | null;
};

/**
 * Judges every order, the recommended ones first and best first.
 *
 * @param spread what differs between sessions, so that those which start together do not all begin with the same order; null: one order for all
 */
export function recommend(orders: readonly Order[], facts: WorkFacts, spread: string | null): Judged[] {
  const files = byId(orders);
  const cycles = findCycles(files, facts);
  const judged = [...files.values()].map(([order, ...others]) => judge(order, others, { files, cycles, ...facts }));
  const free = judged.filter(({ verdict, why }) => verdict === 'free' && why === null);
  const crowded = judged.filter(({ verdict, why }) => verdict === 'free' && why !== null);
  const takeable = judged.filter(({ verdict }) => verdict === 'takeable');
  const others = judged.filter(({ verdict }) => verdict !== 'free' && verdict !== 'takeable');
  return [...rank(free, spread), ...rank(crowded, spread), ...rank(takeable, spread), ...others];
}

function byId(orders: readonly Order[]): Files {
  const files = new Map<string, [Order, ...Order[]]>();
  for (const order of orders) {
    const known = files.get(order.id);
    if (known === undefined) files.set(order.id, [order]);
    else known.push(order);
  }
  return files;
}

type Circumstances = WorkFacts & { readonly files: Files; readonly cycles: ReadonlyMap<OrderId, string> };

function judge(order: Order, others: readonly Order[], facts: Circumstances): Judged {
  const is = (verdict: Verdict, why: string | null = null): Judged => ({ order, verdict, why });
  const hold = facts.holds.get(order.id);
  if (hold?.kind === 'foreign') return is('foreign', hold.why);
  if (hold?.kind === 'held') {
    if (hold.isMine) return is('mine', 'you hold it');
    if (!hold.isSilent) return is('held', `held by ${hold.session}, ${hold.evidence}`);
  }
  if (hold?.kind === 'completed')
    return hold.isMerged ? is('complete') : is('unmerged', `completed by ${hold.session}, not merged yet${on(hold.branch)}`);
  const copies = [order, ...others];
  if (copies.length > 1 && copies.some(({ status }) => status !== 'complete'))
    return is('duplicate', `${copies.map(({ file }) => file).join(' and ')} have one id`);
  if (order.status === 'complete') return is('complete');
  if (order.status === null) return is('no-status', statusComplaint(order));
  if (order.status === 'draft') return is('draft');
  const cycle = facts.cycles.get(order.id);
  if (cycle !== undefined) return is('cycle', `waits for itself: ${cycle}`);
  const obstacle = obstacleIn(order, facts);
  if (obstacle !== null) return is(obstacle.isUnknown ? 'unknown-dependency' : 'waiting', obstacle.why);
  if (hold?.kind === 'held') return is('takeable', `held by ${hold.session}, ${hold.evidence}`);
  if (order.status === 'in_progress') return is('in-progress', 'in progress by its file, and nobody claimed it');
  const branch = facts.branches.get(order.id);
  if (branch !== undefined) return is('unmerged', `nobody claimed it, and there is unmerged work${on(branch)}`);
  const held = heldOf(order, facts.heldPaths);
  if (held === null) return is('free');
  // While its holder may live, a claim of the order would be refused for it.
  const overlap = `${held.path}, which ${held.session} claimed: ${held.evidence}`;
  return held.isLive ? is('waiting', `waits for ${overlap}`) : is('free', `is about ${overlap}`);
}

/** Returns a path claim that the order's work would run into, one of a live holder rather than another's. */
function heldOf({ paths }: Order, heldPaths: readonly HeldPath[]): HeldPath | null {
  const names = touching(
    paths,
    heldPaths.map(({ path }) => path),
  );
  const met = names.length === 0 ? [] : heldPaths.filter(({ path }) => names.includes(path));
  return met.find(({ isLive }) => isLive) ?? met[0] ?? null;
}

function on(branch: string | null): string {
  return branch === null ? '' : ` (branch ${branch})`;
}

function statusComplaint({ trouble, statusWord }: Order): string {
  if (trouble !== null) return trouble;
  return statusWord === null ? 'its file names no status' : `its status ${JSON.stringify(statusWord.slice(0, 40))} is not known`;
}
