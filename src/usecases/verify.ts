import { isLive } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { referredOrder } from '../core/ids.ts';
import { type KnownHistory, type Mismatch, mismatches, type SignedCommit } from '../core/verify/verify.ts';
import type { SeenCommit } from '../ports/commits.ts';
import type { PublishedClaims } from '../ports/published-claims.ts';
import type { Ports } from './ports.ts';

/** What commits say of themselves, compared with the records of claims. */
export type Verified = {
  readonly kind: 'verified';
  /** The range of commits, as git understands it. */
  readonly range: string;
  readonly commits: number;
  /** Whether there are more commits than were read. */
  readonly isCut: boolean;
  /** The remote whose claims counted; null: this repository's own. */
  readonly remote: string | null;
  readonly findings: readonly Mismatch[];
};

/** A branch with more commits is no branch of an order. */
const COMMITS_MAX = 10_000;
/** An order changes hands a few times. */
const RECORDS_MAX = 1_000;

/**
 * Compares the `Order` and `Claim-Session` trailers of commits with who held the orders then, and says whether the branch's order
 * is still its session's.
 *
 * @param text a range of commits in git's notation; by default the commits of HEAD that the default branch does not have
 * @throws ClaimError `usage` for a range that names no commits, `remote` if the claims cannot be read
 */
export async function verify(ports: Ports, text: string | null): Promise<Verified> {
  const { range, shown } = text === null ? await ownRange(ports) : { range: text, shown: text };
  const seen = await ports.commits.inRange(range, COMMITS_MAX + 1);
  if (seen === null) throw new ClaimError({ code: 'usage', kind: 'no-such-range', text: shown });
  const commits = seen.slice(0, COMMITS_MAX).map((commit) => signed(ports, commit));
  const { remote, registry } = await ports.published();
  const { readings } = await registry.survey();
  const { branch } = await ports.branches.head();
  const branchOrders = [...readings].flatMap(([order, reading]) =>
    branch !== null && reading.kind === 'record' && isLive(reading.record) && reading.record.branch === branch ? [order] : [],
  );
  const named = new Set([...branchOrders, ...commits.flatMap(({ orders }) => orders)]);
  const histories = new Map<OrderId, KnownHistory>();
  for (const order of named) {
    const reading = readings.get(order);
    if (reading === undefined || reading.kind === 'absent') continue;
    const history = reading.kind === 'record' ? await recordsOf(registry, order) : { kind: 'unclear' as const, why: reading.why };
    histories.set(order, history);
  }
  const findings = mismatches(commits, histories, branchOrders);
  return { kind: 'verified', range: shown, commits: commits.length, isCut: seen.length > COMMITS_MAX, remote, findings };
}

async function ownRange(ports: Ports): Promise<{ readonly range: string; readonly shown: string }> {
  const base = await ports.branches.defaultBase();
  if (base === null || base.branch === 'HEAD') return { range: 'HEAD', shown: 'HEAD' };
  return { range: `${base.commit}..HEAD`, shown: `${base.name}..HEAD` };
}

async function recordsOf(registry: PublishedClaims['registry'], order: OrderId): Promise<KnownHistory> {
  return { kind: 'records', records: (await registry.history(order, RECORDS_MAX)).map(({ record }) => record) };
}

function signed({ settings }: Ports, { oid, atMs, orders, session, parents }: SeenCommit): SignedCommit {
  const named = orders.flatMap((order) => referredOrder(order, settings.idPattern) ?? []);
  return { oid, atMs, orders: [...new Set(named)], session, isMerge: parents.length > 1 };
}
