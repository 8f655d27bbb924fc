import { parseMode } from '../core/guard/mode.ts';
import { keptRows } from '../text/documents/removal.ts';
import { readerOf } from '../usecases/caller/asker.ts';
import { check, SINCE_MS } from '../usecases/check.ts';
import { claim } from '../usecases/claim.ts';
import { complete } from '../usecases/complete.ts';
import { doctor } from '../usecases/doctor/doctor.ts';
import { pathOverlaps } from '../usecases/evidence/path-overlaps.ts';
import { feed } from '../usecases/feed.ts';
import { followUp } from '../usecases/follow-up.ts';
import { hand } from '../usecases/hand.ts';
import { init, uninstall } from '../usecases/init.ts';
import { announce, intents } from '../usecases/intent.ts';
import { list } from '../usecases/list.ts';
import { log } from '../usecases/log.ts';
import { claimNext, next } from '../usecases/next.ts';
import { abandon, block, release, renew, unblock } from '../usecases/own-claims.ts';
import { claimPaths, listPaths, releasePaths } from '../usecases/paths.ts';
import { push } from '../usecases/push.ts';
import { rescue } from '../usecases/rescue.ts';
import { run } from '../usecases/run.ts';
import { endSession, listSessions, startSession } from '../usecases/session.ts';
import { orderStatus, overview } from '../usecases/status.ts';
import { sync } from '../usecases/sync.ts';
import { incumbentOf, take } from '../usecases/take.ts';
import type { Removed } from '../usecases/trees/remove.ts';
import { pruneMerged, removeTrees } from '../usecases/trees/remove-several.ts';
import { verify } from '../usecases/verify.ts';
import { where } from '../usecases/where.ts';
import { addWorktree, listWorktrees, pruneWorktrees, setUpWorktree } from '../usecases/worktree.ts';
import { wire } from '../wire.ts';
import {
  boardAnswer,
  checkedAnswer,
  diagnosisAnswer,
  filedAnswer,
  initialisedAnswer,
  type OrderStatusAnswer,
  type OverviewAnswer,
  orderStatusAnswer,
  orRefused,
  overviewAnswer,
  recommendationAnswer,
  refused,
  verifiedAnswer,
  warned,
  warnedOrRefused,
} from './answers.ts';
import type { Claims } from './claims.ts';
import type { OpenOptions } from './options.ts';
import { worded, wordedMethods } from './worded.ts';

/**
 * Opens the claims of the repository that a folder belongs to. Finds the repository, its configuration and the calling session
 * once.
 *
 * @throws ClaimError `no-repo` outside a repository, `git` if git refuses to work in it, `usage` for a broken configuration
 */
export async function openClaims(options: OpenOptions = {}): Promise<Claims> {
  const { cwd = process.cwd(), env = process.env, session = null, anchor } = options;
  const named = anchor === undefined ? null : String(anchor);
  const ports = await worded(() => wire({ cwd, env, session, anchor: named, isSurveying: false }));
  function status(): Promise<OverviewAnswer>;
  function status(order: string): Promise<OrderStatusAnswer>;
  async function status(order?: string): Promise<OverviewAnswer | OrderStatusAnswer> {
    return order === undefined ? overviewAnswer(await overview(ports)) : orderStatusAnswer(await orderStatus(ports, order));
  }
  const methods = wordedMethods<Omit<Claims, 'close'>>({
    status,
    claim: async (orders, how = {}) => {
      const { worktree = true, on = null, reopen = false, paths = [] } = how;
      const place = { isHere: !worktree, base: on, paths: several(paths) };
      return warnedOrRefused(await claim(ports, { orders: several(orders), ...place, isReopen: reopen, onWait: null }));
    },
    list: async ({ all = false, mine = false } = {}) => boardAnswer(await list(ports, { isAll: all, isMine: mine })),
    next: async (limit = 5) => recommendationAnswer(await next(ports, limit)),
    claimNext: async ({ worktree = true, on = null } = {}) => warned(await claimNext(ports, { isHere: !worktree, base: on })),
    followUp: async (order, { title, blocked = false }) =>
      filedAnswer(await followUp(ports, [order], { title, isBlocked: blocked })),
    log: (order) => log(ports, order ?? null),
    renew: async (orders) => warnedOrRefused(await renew(ports, several(orders))),
    release: async (orders) => warnedOrRefused(await release(ports, several(orders))),
    push: async (orders, { force = false } = {}) => warnedOrRefused(await push(ports, several(orders), force)),
    complete: async (orders, { push: isPushing = false } = {}) =>
      warnedOrRefused(await complete(ports, several(orders), { isPushing })),
    abandon: async (orders) => warnedOrRefused(await abandon(ports, several(orders))),
    block: async (orders, reason) => warnedOrRefused(await block(ports, several(orders), reason)),
    check: async (order, { sinceMs = SINCE_MS } = {}) => checkedAnswer(await check(ports, order ?? null, sinceMs)),
    verify: async (range) => verifiedAnswer(await verify(ports, range ?? null)),
    intent: async (text, kind) => announce(ports, text, kind ?? null),
    intents: async () => warned(intents(ports)),
    feed: async ({ order, after } = {}) => warned(feed(ports, order ?? null, after ?? null)),
    unblock: async (orders) => warnedOrRefused(await unblock(ports, several(orders))),
    hand: async (order, to) => warnedOrRefused(await hand(ports, order, to)),
    take: async (order, reason) => {
      const incumbent = await incumbentOf(ports, order, reason, false);
      if (incumbent.kind === 'refused') return refused(incumbent);
      return warnedOrRefused(await take(ports, incumbent, false));
    },
    rescue: async (order) => orRefused(await rescue(ports, order ?? null)),
    session: {
      start: async ({ title = null, linear = null }: { title?: string | null; linear?: string | null } = {}) =>
        warned((await startSession(ports, { title, linear })).started),
      end: () => endSession(ports),
      list: async ({ all = false } = {}) => warned(await listSessions(ports, all)),
    },
    run: async (order, words, { complete: isCompleting = false } = {}) => {
      const isAnchored = anchor !== undefined || Boolean(env['GIT_CLAIM_ANCHOR']);
      return warnedOrRefused(
        await run(ports, { order, words, isCompleting, isAnchored, onNearMiss: null, isQuiet: false, onStart: () => undefined }),
      );
    },
    path: {
      claim: async (paths, { ttlMs = null }: { ttlMs?: number | null } = {}) =>
        warnedOrRefused(await claimPaths(ports, several(paths), ttlMs)),
      release: async (paths) => orRefused(await releasePaths(ports, several(paths))),
      list: async () => warned(await listPaths(ports)),
      overlaps: (files) => pathOverlaps(ports, files, readerOf(ports)),
    },
    where: async (order) => (await where(ports, order)).worktree,
    worktree: {
      list: async () => warned(await listWorktrees(ports)),
      add: async (order) => warnedOrRefused(await addWorktree(ports, order)),
      setup: async (order) => warnedOrRefused(await setUpWorktree(ports, order)),
      remove: async (order, { save = false } = {}) => {
        const outcome = await removeTrees(ports, [order], save);
        return orRefused(outcome.kind === 'refused' ? outcome : (outcome.removed[0] as Removed));
      },
      prune: () => pruneWorktrees(ports),
      pruneMerged: async () => {
        const { removed = [], kept = [], branches = [] } = (await pruneMerged(ports, null)) ?? {};
        return { kind: 'removed-trees', removed, kept: keptRows(kept, 'library'), branches };
      },
    },
    init: async ({ mode = null, agentsMd = false, claude = false, remote = null, print = false } = {}) => {
      const wish = { mode: mode === null ? null : parseMode(mode), agentsMd, claude, remote };
      return initialisedAnswer(await init(ports, { ...wish, isListing: false, isPlacingTrees: null }, print, AGREED));
    },
    uninstall: async ({ print = false } = {}) => initialisedAnswer(await uninstall(ports, print, AGREED)),
    sync: () => sync(ports),
    doctor: async ({ fix = false } = {}) => diagnosisAnswer(await doctor(ports, fix)),
  });
  return { ...methods, close: () => ports.cache.close() };
}

/** A program that calls the library speaks for the person who runs it, unless an agent does. */
const AGREED = async (): Promise<boolean> => true;

function several(orders: string | readonly string[] = []): readonly string[] {
  return typeof orders === 'string' ? [orders] : orders;
}
