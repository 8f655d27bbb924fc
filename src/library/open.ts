import { parseIntentKind } from '../core/check/announcements.ts';
import { ClaimError } from '../core/errors.ts';
import { parseMode } from '../core/guard/mode.ts';
import { oneLine } from '../core/line.ts';
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
import { rescue } from '../usecases/rescue.ts';
import { run } from '../usecases/run.ts';
import { endSession, listSessions, startSession } from '../usecases/session.ts';
import { type OrderStatus, type Overview, orderStatus, overview } from '../usecases/status.ts';
import { incumbentOf, take } from '../usecases/take.ts';
import { addWorktree, listWorktrees, pruneWorktrees, removeWorktree, setUpWorktree } from '../usecases/worktree.ts';
import { wire } from '../wire.ts';
import type { Claims, OpenOptions } from './claims.ts';

/**
 * Opens the claims of the repository that a folder belongs to. Where it is, how it is configured and which session asks is found out once.
 *
 * @throws ClaimError `no-repo` outside a repository, `git` when git will not work in it, `usage` for a broken configuration
 */
export async function openClaims(options: OpenOptions = {}): Promise<Claims> {
  const { cwd = process.cwd(), env = process.env, session = null, anchor } = options;
  const ports = await wire({
    cwd,
    env,
    session,
    anchor: anchor === undefined ? null : String(anchor),
    isSurveying: false,
  });
  function status(): Promise<Overview>;
  function status(order: string): Promise<OrderStatus>;
  function status(order?: string): Promise<Overview | OrderStatus> {
    return order === undefined ? overview(ports) : orderStatus(ports, order);
  }
  return {
    status,
    claim: async (orders, how = {}) => {
      const { worktree = true, on = null, reopen = false, paths = [] } = how;
      if (!worktree && on !== null) throw new ClaimError('usage', 'on starts a branch, and worktree: false makes none');
      if (several(orders).length === 0) throw new ClaimError('usage', 'which order?', { hint: "claim('ORDER-143')" });
      const where = { isHere: !worktree, base: on, paths: several(paths) };
      return claim(ports, { orders: several(orders), ...where, isReopen: reopen, onWait: null });
    },
    list: ({ all = false, mine = false } = {}) => list(ports, { isAll: all, isMine: mine }),
    next: (limit = 5) => next(ports, limit),
    claimNext: async ({ worktree = true, on = null } = {}) => {
      if (!worktree && on !== null) throw new ClaimError('usage', 'on starts a branch, and worktree: false makes none');
      return claimNext(ports, { isHere: !worktree, base: on });
    },
    followUp: async (order, { title, blocked = false }) => {
      if (oneLine(title) === '') throw new ClaimError('usage', 'a follow-up needs a title');
      return followUp(ports, [order], { title: oneLine(title), isBlocked: blocked });
    },
    log: (order) => log(ports, order ?? null),
    renew: (orders) => renew(ports, several(orders)),
    release: (orders) => release(ports, several(orders)),
    complete: (orders) => complete(ports, several(orders)),
    abandon: (orders) => abandon(ports, several(orders)),
    block: async (orders, reason) => {
      if (oneLine(reason) === '') throw new ClaimError('usage', 'a block needs its reason');
      return block(ports, several(orders), oneLine(reason));
    },
    check: (order, { sinceMs = SINCE_MS } = {}) => check(ports, order ?? null, sinceMs),
    intent: async (text, kind) => {
      if (oneLine(text) === '') throw new ClaimError('usage', 'an intent needs its text');
      return announce(ports, oneLine(text), kind === undefined ? null : parseIntentKind(kind));
    },
    intents: async () => intents(ports),
    feed: async ({ order, after } = {}) => feed(ports, order ?? null, after ?? null),
    unblock: (orders) => unblock(ports, several(orders)),
    hand: (order, to) => hand(ports, order, to),
    take: async (order, reason) => {
      if (oneLine(reason) === '') throw new ClaimError('usage', 'taking a claim needs a reason');
      const incumbent = await incumbentOf(ports, order, false);
      return incumbent.kind === 'refused' ? incumbent : take(ports, incumbent, oneLine(reason), false);
    },
    rescue: (order) => rescue(ports, order ?? null),
    session: {
      start: ({ title = null, linear = null }: { title?: string | null; linear?: string | null } = {}) =>
        startSession(ports, { title, linear }),
      end: () => endSession(ports),
      list: ({ all = false } = {}) => listSessions(ports, all),
    },
    run: async (order, words, { complete: isCompleting = false } = {}) => {
      if (words.length === 0) throw new ClaimError('usage', 'which program?', { hint: "run('ORDER-143', ['npm', 'test'])" });
      const isAnchored = anchor !== undefined || Boolean(env['GIT_CLAIM_ANCHOR']);
      return run(ports, { order, words, isCompleting, isAnchored, isQuiet: false, onStart: () => undefined });
    },
    path: {
      claim: (paths, { ttlMs = null }: { ttlMs?: number | null } = {}) => claimPaths(ports, several(paths), ttlMs),
      release: (paths) => releasePaths(ports, several(paths)),
      list: () => listPaths(ports),
      overlaps: (files) => pathOverlaps(ports, files, readerOf(ports)),
    },
    worktree: {
      list: () => listWorktrees(ports),
      add: (order) => addWorktree(ports, order),
      setup: (order) => setUpWorktree(ports, order),
      remove: (order, { save = false } = {}) => removeWorktree(ports, order, save),
      prune: () => pruneWorktrees(ports),
    },
    init: ({ mode = null, agentsMd = false, claude = false, print = false } = {}) =>
      init(ports, { mode: mode === null ? null : parseMode(mode), agentsMd, claude }, print),
    uninstall: ({ print = false } = {}) => uninstall(ports, print),
    doctor: ({ fix = false } = {}) => doctor(ports, fix),
    close: () => ports.close(),
  };
}

function several(orders: string | readonly string[] = []): readonly string[] {
  return typeof orders === 'string' ? [orders] : orders;
}
