import { type ClaimRecord, isLive } from '../claim/record.ts';
import type { Oid, OrderId } from '../ids.ts';
import { formatInstant } from '../time.ts';
import { type Tenure, tenuresOf } from './tenures.ts';

/** What a commit says of itself. */
export type SignedCommit = {
  readonly oid: Oid;
  /** Milliseconds since the epoch, by its committer. */
  readonly atMs: number;
  /** Of its `Order` trailers, those that are order ids. */
  readonly orders: readonly OrderId[];
  /** Its `Claim-Session` trailer. */
  readonly session: string | null;
  readonly isMerge: boolean;
};

/** The records of an order, the newest first and at least one; or why they are not understood. */
export type KnownHistory =
  | { readonly kind: 'records'; readonly records: readonly ClaimRecord[] }
  | { readonly kind: 'unclear'; readonly why: string };

/** `commit`: null if it is about the branch as a whole. `holder`: who holds the order, or held it then. */
export type Mismatch = {
  readonly kind: MismatchKind;
  readonly severity: 'block' | 'warn';
  readonly order: OrderId | null;
  readonly commit: Oid | null;
  readonly session: string | null;
  readonly holder: string | null;
  /** RFC 3339: when the commit was made. */
  readonly at: string | null;
  /** Why the claim is not understood. */
  readonly why: string | null;
};

/**
 * `unclaimed`: nobody ever claimed the order. `unclear`: its ref is not understood. `no-holder`: the session never held it.
 * `early`, `late`, `after-end`: it held it at other times: later, until another session got it, or until it ended its claim.
 * `unsigned`: no session, or no order where others of the branch have one. `taken`, `given-up`: what became of the branch's
 * claim.
 */
type MismatchKind = 'unclaimed' | 'unclear' | 'no-holder' | 'early' | 'late' | 'after-end' | 'unsigned' | 'taken' | 'given-up';

/** Clocks of the machines that write commits and records differ, and a commit takes a while. */
const SLACK_MS = 5 * 60_000;

/**
 * Compares what commits say of themselves with the records of the orders they name. A commit message proves nothing: this finds
 * work of sessions that lost their claims or never had one, not somebody who lies.
 *
 * @param commits of the branch, the newest first
 * @param histories of all orders that the commits name and of those whose claims name the branch; without one: never claimed
 * @param branchOrders the orders whose claims name the branch
 * @returns the gravest first, then by commit, the newest first
 */
export function mismatches(
  commits: readonly SignedCommit[],
  histories: ReadonlyMap<OrderId, KnownHistory>,
  branchOrders: readonly OrderId[],
): Mismatch[] {
  const found = [...commits.flatMap((commit) => ofCommit(commit, histories)), ...unsigned(commits, branchOrders)];
  const all = [...ofBranch(commits, histories, branchOrders), ...found];
  return [...all.filter(({ severity }) => severity === 'block'), ...all.filter(({ severity }) => severity === 'warn')];
}

function ofCommit(commit: SignedCommit, histories: ReadonlyMap<OrderId, KnownHistory>): Mismatch[] {
  return commit.orders.flatMap((order): Mismatch[] => {
    const history = histories.get(order);
    const about = { order, commit: commit.oid, session: commit.session, at: formatInstant(commit.atMs), holder: null, why: null };
    if (history === undefined) return [{ ...about, kind: 'unclaimed', severity: 'block' }];
    if (history.kind === 'unclear') return [{ ...about, kind: 'unclear', severity: 'block', why: history.why }];
    if (commit.session === null) return [{ ...about, kind: 'unsigned', severity: 'warn' }];
    const tenures = tenuresOf(history.records);
    const own = tenures.filter(({ session }) => session === commit.session);
    if (own.some((tenure) => isIn(tenure, commit.atMs))) return [];
    const holder =
      tenures.findLast((one) => one.fromMs <= commit.atMs && commit.atMs <= (one.untilMs ?? Infinity))?.session ?? null;
    if (own.length === 0) return [{ ...about, kind: 'no-holder', severity: 'block', holder }];
    const before = own.findLast(({ untilMs }) => untilMs !== null && untilMs <= commit.atMs);
    if (before === undefined) return [{ ...about, kind: 'early', severity: 'warn' }];
    const isFollowed = tenures.some(({ session, fromMs }) => session !== commit.session && isBetween(before, fromMs, commit));
    if (isFollowed) return [{ ...about, kind: 'late', severity: 'block', holder }];
    return [{ ...about, kind: 'after-end', severity: 'warn' }];
  });
}

/** Whether something began after that tenure, and not after the commit. */
function isBetween({ untilMs }: Tenure, fromMs: number, { atMs }: SignedCommit): boolean {
  return untilMs !== null && fromMs >= untilMs && fromMs <= atMs;
}

function isIn({ fromMs, untilMs }: Tenure, atMs: number): boolean {
  return atMs >= fromMs - SLACK_MS && (untilMs === null || atMs <= untilMs + SLACK_MS);
}

/** Commits of a branch that belongs to an order, without its trailer. A merge brings in what others have committed. */
function unsigned(commits: readonly SignedCommit[], branchOrders: readonly OrderId[]): Mismatch[] {
  const isOrders = branchOrders.length > 0 || commits.some(({ orders }) => orders.length > 0);
  const bare = commits.filter(({ orders, isMerge }) => isOrders && orders.length === 0 && !isMerge);
  return bare.map(({ oid, atMs, session }) => ({
    ...({ kind: 'unsigned', severity: 'warn', order: null, commit: oid, session, holder: null, why: null } as const),
    at: formatInstant(atMs),
  }));
}

/** Whether the orders of the branch are still, or were to the end, those of the session that worked on them last. */
function ofBranch(
  commits: readonly SignedCommit[],
  histories: ReadonlyMap<OrderId, KnownHistory>,
  branchOrders: readonly OrderId[],
): Mismatch[] {
  const orders = new Set([...branchOrders, ...commits.flatMap((commit) => commit.orders)]);
  return [...orders].flatMap((order): Mismatch[] => {
    const history = histories.get(order);
    const last = commits.find((commit) => commit.session !== null && commit.orders.includes(order));
    if (history?.kind !== 'records' || last === undefined) return [];
    const [now] = history.records;
    const about = { order, commit: null, session: last.session, at: null, why: null };
    if (now === undefined) return [];
    if (now.holder.id !== last.session) return [{ ...about, kind: 'taken', severity: 'block', holder: now.holder.id }];
    if (isLive(now) || now.state === 'completed') return [];
    return [{ ...about, kind: 'given-up', severity: 'warn', holder: null }];
  });
}
