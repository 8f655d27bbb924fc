import type { Announced } from '../usecases/intent.ts';
import type { History } from '../usecases/log.ts';
import type { Rescued } from '../usecases/rescue.ts';
import type { Synced } from '../usecases/sync.ts';
import type { WorktreeRow } from '../usecases/worktree.ts';
import type {
  BoardAnswer,
  CheckedAnswer,
  ClaimedAnswer,
  DiagnosisAnswer,
  DoneAnswer,
  FeedAnswer,
  FiledAnswer,
  HandedAnswer,
  InitialisedAnswer,
  IntentsAnswer,
  OrderStatusAnswer,
  OverviewAnswer,
  PushedAnswer,
  RanAnswer,
  RecommendationAnswer,
  RefusalAnswer,
  VerifiedAnswer,
} from './answers.ts';
import type { PathMethods, SessionMethods, WorktreeMethods } from './groups.ts';
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
   * Compares the trailers of commits with who held their orders then, by the claims of the remote if there is one.
   *
   * @param range commits in git's notation; by default those of HEAD that the default branch does not have
   * @throws ClaimError `usage` for a range that names no commits, `remote` if the claims cannot be read
   */
  verify(range?: string): Promise<VerifiedAnswer>;
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
  readonly session: SessionMethods;
  /**
   * Claims an order, runs a program in its worktree with this process's standard streams, and gives the claim back when the
   * program has ended. A claim that the session had before stays.
   *
   * @param words the program and its arguments
   * @param options `complete` completes the order if the program succeeds
   */
  run(order: string, words: readonly string[], options?: { readonly complete?: boolean }): Promise<RanAnswer | RefusalAnswer>;
  readonly path: PathMethods;
  /** Returns the worktree in which an order is worked on, or was last. @throws ClaimError `usage` if it has none */
  where(order: string): Promise<WorktreeRow>;
  readonly worktree: WorktreeMethods;
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
