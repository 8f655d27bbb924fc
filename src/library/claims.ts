import type { PathOverlap } from '../usecases/evidence/path-overlaps.ts';
import type { Announced } from '../usecases/intent.ts';
import type { History } from '../usecases/log.ts';
import type { ReleasedPaths } from '../usecases/paths.ts';
import type { Rescued } from '../usecases/rescue.ts';
import type { EndedSession } from '../usecases/session.ts';
import type { Synced } from '../usecases/sync.ts';
import type { Removed } from '../usecases/trees/remove.ts';
import type { Pruned, WorktreeRow } from '../usecases/worktree.ts';
import type {
  BoardAnswer,
  CheckedAnswer,
  ClaimedAnswer,
  ClaimedPathsAnswer,
  DiagnosisAnswer,
  DoneAnswer,
  FeedAnswer,
  FiledAnswer,
  HandedAnswer,
  InitialisedAnswer,
  IntentsAnswer,
  OrderStatusAnswer,
  OverviewAnswer,
  PathRowsAnswer,
  PrunedTreesAnswer,
  PushedAnswer,
  RanAnswer,
  RecommendationAnswer,
  RefusalAnswer,
  SessionsAnswer,
  StartedAnswer,
  WorktreesAnswer,
} from './answers.ts';
import type { InitOptions } from './init-options.ts';
import type { ClaimOptions, CompleteOptions, PushOptions } from './options.ts';

/**
 * The claims of one repository, as one session sees them. Each method does what the command of the same name does.
 *
 * A refusal is a value: `{ kind: 'refused', code, order, claim, ... }`, with `wanted` and `path` if a path claim is the reason.
 * Nothing was changed then. A failure is a thrown {@link ClaimError} with a `code` and a `hint`. Any method may throw `git` if
 * git fails, `bad-id` for a text that is not an order id, and `usage` for a broken configuration. Methods that change something
 * also throw `no-session` if no session is known. A method that gets several orders changes all of them or none.
 *
 * Orders are texts such as `ORDER-143`; times are RFC 3339 in UTC, paths absolute, names that end in `Ms` milliseconds.
 */
export interface Claims {
  /**
   * Claims orders, and makes or adopts the worktree and branch of each. An order that this session already holds is a success.
   *
   * @throws ClaimError `usage` for no order at all, or an `on` that names no commit or comes with `worktree: false`
   */
  claim(orders: string | readonly string[], options?: ClaimOptions): Promise<ClaimedAnswer | RefusalAnswer>;
  /** Tells which session calls, what it holds, and who else is here. */
  status(): Promise<OverviewAnswer>;
  /** Tells everything about one order's claim; its `claim` is null if nobody ever claimed it. */
  status(order: string): Promise<OrderStatusAnswer>;
  /** Lists live claims and foreign refs; `all`: ended claims too, `mine`: only this session's claims. */
  list(options?: { readonly all?: boolean; readonly mine?: boolean }): Promise<BoardAnswer>;
  /**
   * Recommends orders that are ready and free, best first, and says why others were passed over.
   *
   * @param limit how many to recommend at most; 5 by default
   * @throws ClaimError `nothing` if there is none
   */
  next(limit?: number): Promise<RecommendationAnswer>;
  /**
   * Claims the best order it can get.
   *
   * @throws ClaimError `nothing` if there is none
   */
  claimNext(options?: Omit<ClaimOptions, 'reopen' | 'paths'>): Promise<ClaimedAnswer>;
  /**
   * Files a draft for work that was found while working on an order. No two sessions get the same id.
   *
   * @param how `title`: one line; `blocked`: the draft waits for the order it was found at
   * @throws ClaimError `usage` without a title; `illegal` if there is no worktree to write in
   */
  followUp(order: string, how: { readonly title: string; readonly blocked?: boolean }): Promise<FiledAnswer>;
  /** Returns at most 200 changes of one order's ownership, or of all orders', newest first. */
  log(order?: string): Promise<History>;
  /**
   * Extends the lease of claims. This method and the next ones apply to the one order of the worktree in `cwd` if none is named.
   *
   * @throws ClaimError `usage` if none is named and the worktree has none, or several
   */
  renew(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /** Releases claims; worktree and branch stay as they are. */
  release(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /**
   * Publishes the branches of orders, each in one push with a new record of its claim where claims are shared through the same
   * remote. `isFenced` in the answer says whether it was.
   *
   * @throws ClaimError `remote` if the remote cannot be reached, or does not take it; `illegal` for an order without a branch
   */
  push(orders?: string | readonly string[], options?: PushOptions): Promise<PushedAnswer | RefusalAnswer>;
  /** Ends claims with their work done. Nobody gets these orders again without `reopen`. */
  complete(orders?: string | readonly string[], options?: CompleteOptions): Promise<DoneAnswer | RefusalAnswer>;
  /** Ends claims with their work given up; like {@link Claims.release}, but the history says so. */
  abandon(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /**
   * Keeps claims while they wait for something outside.
   *
   * @param reason what they wait for; made one line
   * @throws ClaimError `usage` without a reason
   */
  block(orders: string | readonly string[], reason: string): Promise<DoneAnswer | RefusalAnswer>;
  /**
   * Tells what may collide with an order, or with everything the session holds: what other sessions committed recently, hold,
   * left uncommitted or announced.
   *
   * @param options `sinceMs`: how far back to look at commits; five minutes by default
   */
  check(order?: string, options?: { readonly sinceMs?: number }): Promise<CheckedAnswer>;
  /**
   * Announces what the session is about to do, and returns what others announced in the last ten minutes.
   *
   * @param text made one line
   * @param kind one word, such as `deploy`
   * @throws ClaimError `usage` without a text, `internal` if there is no cache to keep it in
   */
  intent(text: string, kind?: string): Promise<Announced>;
  /** Returns at most 200 intents of all sessions, oldest first. */
  intents(): Promise<IntentsAnswer>;
  /** Returns the latest events, oldest first; with `after`, the first events after the one with that number. */
  feed(options?: { readonly order?: string; readonly after?: number }): Promise<FeedAnswer>;
  /** Continues blocked claims. */
  unblock(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /**
   * Hands a claim over to another session. At no moment is the order free.
   *
   * @param to short id or full key, or the unique beginning of one, of a session that was seen in this repository and is not dead
   * @throws ClaimError `usage` if there is no such session, or several
   */
  hand(order: string, to: string): Promise<HandedAnswer | RefusalAnswer>;
  /**
   * Takes a claim over from a session that is dead, or that was silent and did not answer, and adopts its worktree as it is.
   * Only a person takes one from a live session, on the command line.
   *
   * @param reason why; made one line
   * @throws ClaimError `usage` without a reason, `held` if the claim has changed meanwhile
   */
  take(order: string, reason: string): Promise<ClaimedAnswer | RefusalAnswer>;
  /**
   * Keeps the work of a claim that was taken from this session under a ref, and touches nothing else.
   *
   * @param order by default, the one order that was lost
   * @throws ClaimError `usage` if none is named and not exactly one was lost, `illegal` if nothing of the work is left
   */
  rescue(order?: string): Promise<Rescued | RefusalAnswer>;
  readonly session: {
    /**
     * Registers this session.
     *
     * @param named `title`: its name; `linear`: the issue it works on, by id or address; what is not given stays as it was
     * @throws ClaimError `usage` if `linear` is not a Linear issue
     */
    start(named?: { readonly title?: string; readonly linear?: string }): Promise<StartedAnswer>;
    /** Notes that this session has ended. It keeps what it holds. */
    end(): Promise<EndedSession>;
    /** Lists the sessions that are here; `all`: also those that died or ended, if the cache remembers them. */
    list(options?: { readonly all?: boolean }): Promise<SessionsAnswer>;
  };
  /**
   * Claims an order, runs a program in its worktree with this process's standard streams, and gives the claim back when the
   * program has ended. A claim that the session had before stays.
   *
   * @param words the program and its arguments
   * @param options `complete` completes the order if the program succeeds
   */
  run(order: string, words: readonly string[], options?: { readonly complete?: boolean }): Promise<RanAnswer | RefusalAnswer>;
  readonly path: {
    /**
     * Claims files or folders, all or none. They belong to the order of the worktree in `cwd`, if this session holds just one.
     *
     * @param paths relative to `cwd`, or absolute; they need not exist
     * @param options `ttlMs`: how long the claims outlive the session's silence
     * @throws ClaimError `usage` for a path that cannot be claimed, and for a `ttlMs` that is too short
     */
    claim(paths: string | readonly string[], options?: { readonly ttlMs?: number }): Promise<ClaimedPathsAnswer | RefusalAnswer>;
    /** Gives them back. A path that nobody claimed counts as given back. */
    release(paths: string | readonly string[]): Promise<ReleasedPaths | RefusalAnswer>;
    /** Lists all claims on files and folders. */
    list(): Promise<PathRowsAnswer>;
    /** Tells which of these files, relative to the top of the worktree, are in a path that another session claims. */
    overlaps(files: readonly string[]): Promise<readonly PathOverlap[]>;
  };
  /** Returns the worktree in which an order is worked on, or was last. @throws ClaimError `usage` if it has none */
  where(order: string): Promise<WorktreeRow>;
  readonly worktree: {
    /** Lists the repository's worktrees with the claims that name them. */
    list(): Promise<WorktreesAnswer>;
    /** Makes the worktree of an order that this session holds. */
    add(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
    /** Copies what `.worktreeinclude` lists into an order's worktree and runs `claim.setup` there, again if need be. */
    setup(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
    /**
     * Removes the worktree of an order. A branch that is not merged stays; commits that only the worktree names are kept under a
     * ref, and the answer says which ignored files went with it.
     *
     * @param options `save` first keeps changed files, a detached HEAD's commits and small ignored files under a ref
     * @throws ClaimError `illegal` if there are any such files or commits and `save` is not set, or a repository inside with work
     *   that no ref can keep
     */
    remove(order: string, options?: { readonly save?: boolean }): Promise<Removed | RefusalAnswer>;
    /** Forgets worktrees whose folders are gone, and unfinished ones whose makers were killed. */
    prune(): Promise<Pruned>;
    /**
     * Removes the worktrees whose orders are over and merged. Nobody is asked, so those stay whose ignored files exist nowhere
     * else.
     */
    pruneMerged(): Promise<PrunedTreesAnswer>;
  };
  /**
   * Sets the repository up, or repairs its setup. Touches AGENTS.md and `.claude/settings.json` only on request.
   *
   * @throws ClaimError `remote` if the remote to share claims through cannot be reached, or fails a trial
   */
  init(options?: InitOptions): Promise<InitialisedAnswer>;
  /** Removes everything that `init` installed. */
  uninstall(options?: { readonly print?: boolean }): Promise<InitialisedAnswer>;
  /** Lets the claims here follow those on the remote, and sends what was claimed without it. */
  sync(): Promise<Synced>;
  /**
   * Looks for everything that keeps claims from working as promised.
   *
   * @param options `fix` repairs what can be repaired without losing anything
   */
  doctor(options?: { readonly fix?: boolean }): Promise<DiagnosisAnswer>;
  /** Closes the cache. The next call opens it again. */
  close(): void;
}
