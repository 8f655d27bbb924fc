import type { Mode } from '../core/guard/mode.ts';
import type { PathOverlap } from '../usecases/evidence/path-overlaps.ts';
import type { Feed } from '../usecases/feed.ts';
import type { Announced, Intents } from '../usecases/intent.ts';
import type { History } from '../usecases/log.ts';
import type { ReleasedPaths } from '../usecases/paths.ts';
import type { Rescued } from '../usecases/rescue.ts';
import type { EndedSession } from '../usecases/session.ts';
import type { Pruned, Removed } from '../usecases/worktree.ts';
import type {
  BoardAnswer,
  CheckedAnswer,
  ClaimedAnswer,
  ClaimedPathsAnswer,
  DiagnosisAnswer,
  DoneAnswer,
  FiledAnswer,
  HandedAnswer,
  InitialisedAnswer,
  OrderStatusAnswer,
  OverviewAnswer,
  PathRowsAnswer,
  RanAnswer,
  RecommendationAnswer,
  RefusalAnswer,
  SessionsAnswer,
  StartedAnswer,
  WorktreesAnswer,
} from './answers.ts';

export type OpenOptions = {
  /** Any folder of the repository or of one of its work trees; this process's by default. */
  readonly cwd?: string;
  /** The environment that git runs in and that says which session asks; this process's by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The session to speak for, 1 to 200 printable ASCII characters without spaces; goes before `GIT_CLAIM_SESSION` and any agent's own id. */
  readonly session?: string;
  /** The pid of the process whose life is the session's life. */
  readonly anchor?: number;
};

export type ClaimOptions = {
  /** `false` claims for the present work tree instead of making one; `true` by default. */
  readonly worktree?: boolean;
  /** The revision a new branch starts from; the default branch by default. */
  readonly on?: string;
  /** Claims completed orders again, adopting branch and work tree. */
  readonly reopen?: boolean;
  /** Files and folders to claim with the one order, relative to `cwd`. */
  readonly paths?: string | readonly string[];
};

/**
 * The claims of one repository, as one session sees them. Each method does what the command of its name does.
 *
 * A "no" is a value: `{ kind: 'refused', code, order, claim, ... }`, or with `wanted` and `path` where a path claim is the reason, and nothing was changed. A failure is a thrown {@link ClaimError} with a `code`
 * and a `hint`: any method may throw `git` when git fails, `bad-id` for a text that is no order id, and `usage` for a broken configuration;
 * those that change something also throw `no-session` when nobody knows who asks. Several orders go through all or not at all.
 *
 * Orders are texts such as `ORDER-143`; times are RFC 3339 in UTC, paths absolute, names that end in `Ms` milliseconds.
 */
export interface Claims {
  /**
   * Claims orders and makes or adopts the work tree and branch of each; an order that this session holds already is a success.
   *
   * @throws ClaimError `usage` for no order at all, or an `on` that names no commit or comes with `worktree: false`
   */
  claim(orders: string | readonly string[], options?: ClaimOptions): Promise<ClaimedAnswer | RefusalAnswer>;
  /** Tells who asks, what that session holds, and who else is here. */
  status(): Promise<OverviewAnswer>;
  /** Tells everything about one order's claim; its `claim` is null when nobody ever claimed it. */
  status(order: string): Promise<OrderStatusAnswer>;
  /** Lists live claims and refs that are not understood; with `all` ended ones too, with `mine` only this session's. */
  list(options?: { readonly all?: boolean; readonly mine?: boolean }): Promise<BoardAnswer>;
  /**
   * Recommends orders that are ready and free, best first, and says why others were passed over.
   *
   * @param limit how many to recommend at most; 5 by default
   * @throws ClaimError `nothing` when there is none
   */
  next(limit?: number): Promise<RecommendationAnswer>;
  /**
   * Claims the best order that can be had.
   *
   * @throws ClaimError `nothing` when there is none
   */
  claimNext(options?: Omit<ClaimOptions, 'reopen' | 'paths'>): Promise<ClaimedAnswer>;
  /**
   * Files a draft for work that was found while working on an order; its id is taken by swap.
   *
   * @param how `title`: one line; `blocked`: it waits for the order it was found at
   * @throws ClaimError `usage` without a title; `illegal` when there is no work tree to write in
   */
  followUp(order: string, how: { readonly title: string; readonly blocked?: boolean }): Promise<FiledAnswer>;
  /** Returns at most 200 changes of one order's ownership, or of all orders', newest first. */
  log(order?: string): Promise<History>;
  /**
   * Extends the lease of claims. Like the methods after it, it is about the one order of the work tree in `cwd` when none is named.
   *
   * @throws ClaimError `usage` when none is named and the work tree has none, or several
   */
  renew(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /** Gives claims back; work tree and branch stay as they are. */
  release(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /** Ends claims with their work done; from then on nobody gets them without `reopen`. */
  complete(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
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
   * Tells what other sessions did of late, hold, left uncommitted or announced, that may collide with an order, or with all the session holds.
   *
   * @param options `sinceMs` says how far back commits are looked at: five minutes by default
   */
  check(order?: string, options?: { readonly sinceMs?: number }): Promise<CheckedAnswer>;
  /**
   * Announces what the session is about to do, and returns what others announced in the last ten minutes.
   *
   * @param text made one line
   * @param kind one word, such as `deploy`
   * @throws ClaimError `usage` without a text, `internal` where there is no cache to keep it in
   */
  intent(text: string, kind?: string): Promise<Announced>;
  /** Returns at most 200 intents of all sessions, oldest first. */
  intents(): Promise<Intents>;
  /** Returns the latest events, oldest first; with `after` the first of those behind the event with that number. */
  feed(options?: { readonly order?: string; readonly after?: number }): Promise<Feed>;
  /** Goes on with blocked claims. */
  unblock(orders?: string | readonly string[]): Promise<DoneAnswer | RefusalAnswer>;
  /**
   * Hands a claim over to another session, without a moment in which nobody holds it.
   *
   * @param to short id or full key of a session that was seen in this repository and is not provably gone
   * @throws ClaimError `usage` when there is no such session, or several
   */
  hand(order: string, to: string): Promise<HandedAnswer | RefusalAnswer>;
  /**
   * Takes a claim over from a session that is dead, or that was silent and did not answer, and adopts its work tree as it stands.
   * From a live one only a person takes it, on the command line.
   *
   * @param reason why; made one line
   * @throws ClaimError `usage` without a reason, `held` when the claim changed meanwhile
   */
  take(order: string, reason: string): Promise<ClaimedAnswer | RefusalAnswer>;
  /**
   * Keeps the work of a claim that was taken from this session under a ref, and touches nothing else.
   *
   * @param order the one order that was lost, when none is named
   * @throws ClaimError `usage` when none is named and not exactly one was lost, `illegal` when nothing of the work is left
   */
  rescue(order?: string): Promise<Rescued | RefusalAnswer>;
  readonly session: {
    /**
     * Registers this session.
     *
     * @param named `title`: what it is called; `linear`: the issue it works on, by id or address; what is not given stays as it was
     * @throws ClaimError `usage` for what is no Linear issue
     */
    start(named?: { readonly title?: string; readonly linear?: string }): Promise<StartedAnswer>;
    /** Notes that this session has ended; what it holds stays its own. */
    end(): Promise<EndedSession>;
    /** Lists the sessions that are here; with `all` also those that are long gone, as far as the cache remembers them. */
    list(options?: { readonly all?: boolean }): Promise<SessionsAnswer>;
  };
  /**
   * Claims an order, runs a program in its work tree with this process's standard streams, and gives the claim back when it has ended; a claim that the
   * session had before stays.
   *
   * @param words the program and its arguments
   * @param options `complete` completes the order when the program succeeds
   */
  run(order: string, words: readonly string[], options?: { readonly complete?: boolean }): Promise<RanAnswer | RefusalAnswer>;
  readonly path: {
    /**
     * Claims files or folders, all or none; for the order of the work tree in `cwd` where that is exactly one this session holds.
     *
     * @param paths relative to `cwd`, or absolute; they need not exist
     * @param options `ttlMs`: how long the claims outlive the session's silence
     * @throws ClaimError `usage` for what cannot be claimed, and for a `ttlMs` too short to be kept
     */
    claim(paths: string | readonly string[], options?: { readonly ttlMs?: number }): Promise<ClaimedPathsAnswer | RefusalAnswer>;
    /** Gives them back; what nobody holds is given back already. */
    release(paths: string | readonly string[]): Promise<ReleasedPaths | RefusalAnswer>;
    /** Lists all claims on files and folders. */
    list(): Promise<PathRowsAnswer>;
    /** Tells which of these files, relative to the top of the work tree, lie in a path that another session claims. */
    overlaps(files: readonly string[]): Promise<readonly PathOverlap[]>;
  };
  readonly worktree: {
    /** Lists the repository's work trees with the claims that name them. */
    list(): Promise<WorktreesAnswer>;
    /** Makes the work tree of an order that this session holds. */
    add(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
    /** Copies what `.worktreeinclude` lists into the work tree of an order and runs the commands of `claim.setup` there, once more or for the first time. */
    setup(order: string): Promise<WorktreesAnswer | RefusalAnswer>;
    /**
     * Removes the work tree of an order.
     *
     * @param options `save` keeps changed files and commits that exist nowhere else under a ref first
     * @throws ClaimError `illegal` when there are some and `save` is not set
     */
    remove(order: string, options?: { readonly save?: boolean }): Promise<Removed | RefusalAnswer>;
    /** Forgets work trees whose folders are gone, and half-made ones whose makers are. */
    prune(): Promise<Pruned>;
  };
  /**
   * Sets the repository up, or mends what is missing of it; AGENTS.md and `.claude/settings.json` only where asked for.
   *
   * @param options `print` changes nothing and returns what would be done
   */
  init(options?: {
    readonly mode?: Mode;
    readonly agentsMd?: boolean;
    readonly claude?: boolean;
    readonly print?: boolean;
  }): Promise<InitialisedAnswer>;
  /** Takes everything out again that `init` put in. */
  uninstall(options?: { readonly print?: boolean }): Promise<InitialisedAnswer>;
  /**
   * Looks for everything that keeps claims from working as promised.
   *
   * @param options `fix` mends what can be mended without losing anything
   */
  doctor(options?: { readonly fix?: boolean }): Promise<DiagnosisAnswer>;
  /** Closes the cache. What is called after it opens it again. */
  close(): void;
}
