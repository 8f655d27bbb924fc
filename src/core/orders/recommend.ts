import type { Why } from '../failures/why.ts';
import type { OrderId } from '../ids.ts';
import type { HeldPath } from '../paths/held.ts';
import { touching } from '../paths/touching.ts';
import { findCycles } from './cycles.ts';
import { isInTheWay, obstacleIn } from './dependencies.ts';
import type { Files, Hold, WorkFacts } from './facts.ts';
import type { Order } from './order.ts';
import { rank } from './ranking.ts';

/**
 * What `next` says of an order.
 *
 * `free` and `takeable` are recommended, `takeable` last: the order's holder is silent or gone. A `free` one with a reason comes
 * after those without: the session that claimed some of its paths is silent or gone, or an order that it depends on was
 * cancelled. All others are passed over: `mine`, `held`, `foreign` (a ref that is not understood), `unmerged` (done, but not on
 * the default branch yet), `shipped` (released, and its branch is merged), `in-progress` (by its file, though nobody claims it),
 * `waiting` (for another order, or for a path that another session claims), `cycle`, `unknown-dependency`, `duplicate` (two
 * files), `no-status`, `draft`, `complete`.
 */
export const VERDICTS = [
  'free',
  'takeable',
  'mine',
  'held',
  'foreign',
  'unmerged',
  'shipped',
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
  /** Null if the verdict says everything. */
  readonly why: Why | null;
};

/**
 * Judges every order. Recommended orders come first, the best one at the top.
 *
 * @param spread differs between sessions, so that sessions that start together begin with
 * different orders; null: the same for all
 */
export function recommend(orders: readonly Order[], facts: WorkFacts, spread: string | null): Judged[] {
  const files = filesById(orders);
  const cycles = findCycles(files, facts);
  const circumstances = { files, cycles, ...facts };
  const judged = Array.from(files.values(), ([order, ...others]) => judge(order, others, circumstances));
  const free = judged.filter(({ verdict, why }) => verdict === 'free' && why === null);
  const crowded = judged.filter(({ verdict, why }) => verdict === 'free' && why !== null);
  const takeable = judged.filter(({ verdict }) => verdict === 'takeable');
  const others = judged.filter(({ verdict }) => verdict !== 'free' && verdict !== 'takeable');
  return [...rank(free, spread), ...rank(crowded, spread), ...rank(takeable, spread), ...others];
}

/** Returns the files of each order. */
export function filesById(orders: readonly Order[]): Files {
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
  const is = (verdict: Verdict, why: Why | null = null): Judged => ({ order, verdict, why });
  const hold = facts.holds.get(order.id);
  if (hold?.kind === 'foreign') return is('foreign', { kind: 'foreign', said: hold.why });
  if (hold?.kind === 'held') {
    if (hold.isMine) return is('mine', { kind: 'mine' });
    if (!hold.isSilent) return is('held', heldBy(hold));
  }
  if (hold?.kind === 'completed') {
    const { session, branch } = hold;
    return hold.isMerged ? is('complete') : is('unmerged', { kind: 'unmerged', session, branch });
  }
  const copies = [order, ...others];
  if (copies.length > 1 && copies.some(({ status }) => status !== 'complete'))
    return is('duplicate', { kind: 'duplicate', files: copies.map(({ file }) => file) });
  if (order.status === 'complete') return is('complete');
  if (order.status === null) return is('no-status', { kind: 'no-status', word: order.statusWord, trouble: order.trouble });
  if (order.status === 'draft') return is('draft');
  const cycle = facts.cycles.get(order.id);
  if (cycle !== undefined) return is('cycle', { kind: 'cycle', circle: cycle });
  const waits = obstacleIn(order, facts);
  if (waits !== null && isInTheWay(waits.obstacle))
    return is(waits.obstacle.kind === 'unknown' ? 'unknown-dependency' : 'waiting', waits);
  if (hold?.kind === 'held') return is('takeable', heldBy(hold));
  const ended = facts.ended.get(order.id) ?? null;
  if (ended !== null && ended.merged !== null)
    return is('shipped', { kind: 'shipped', session: ended.session, branch: ended.merged });
  if (order.status === 'in_progress') return is('in-progress', { kind: 'in-progress', ended: ended?.session ?? null });
  const branch = facts.branches.get(order.id);
  if (branch !== undefined) return is('unmerged', { kind: 'stray', branch });
  const held = heldOf(order, facts.heldPaths);
  if (held === null) return is('free', waits);
  // While the holder of the path may be alive, a claim on the order would be refused because of it.
  const { path, session, evidence, isLive } = held;
  return is(isLive ? 'waiting' : 'free', { kind: 'path', path, session, evidence, isLive });
}

function heldBy({ session, evidence, block }: Extract<Hold, { kind: 'held' }>): Why {
  return { kind: 'held', session, evidence, block };
}

/** Returns a path claim that the order's work would run into, preferably one of a live holder. */
function heldOf({ paths }: Order, heldPaths: readonly HeldPath[]): HeldPath | null {
  const names = touching(
    paths,
    heldPaths.map(({ path }) => path),
  );
  const met = names.length === 0 ? [] : heldPaths.filter(({ path }) => names.includes(path));
  return met.find(({ isLive }) => isLive) ?? met[0] ?? null;
}
