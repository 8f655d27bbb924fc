import { takenWithNote } from '../../core/claim/note.ts';
import type { OrderId } from '../../core/ids.ts';
import { type ClaimPath, isWithin, overlaps, type PathKey } from '../../core/path.ts';
import { newPathRecord, nextPathRecord } from '../../core/paths/compose.ts';
import { decidePath, type Neighbour, type PathDecision } from '../../core/paths/decide.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import type { PathRefusal } from '../../core/paths/refusal.ts';
import type { LeaseTerms } from '../../core/record/lease.ts';
import { holderOf } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { keptHolder } from '../../core/session/relation.ts';
import { formatInstant } from '../../core/time.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import { contention, isMine, relationTo, whyReturned } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import type { Plan } from './plan-order.ts';
import { pathRefusalOf } from './refuse.ts';

/** The paths that a command claims or releases, beside its orders. */
export type PathWish =
  | {
      readonly kind: 'claim';
      /** None is inside another. */
      readonly paths: readonly ClaimPath[];
      /** The order that they are for, or null. */
      readonly order: OrderId | null;
      /** The terms of new records. */
      readonly lease: () => Promise<LeaseTerms>;
      /** Whether a path that the session already holds gets these terms too. */
      readonly isLeaseNamed: boolean;
    }
  | { readonly kind: 'release'; readonly paths: readonly ClaimPath[] };

/** One path of a wish, and what was decided about it. */
type PlannedPath = { readonly key: PathKey; readonly path: ClaimPath; readonly decision: Planned };
type Planned = Extract<PathDecision, { kind: 'create' | 'already' | 'renew' | 'take' }> | Release;
/** The end of a path claim; `absent` if there was none. */
type Release = { readonly kind: 'release'; readonly over: Neighbour } | { readonly kind: 'absent' };

export type PathPlan =
  | {
      readonly kind: 'ready';
      readonly planned: readonly PlannedPath[];
      /** The claims that end because they conflict with new ones. */
      readonly away: readonly Neighbour[];
      readonly changes: readonly PathChange[];
    }
  | { readonly kind: 'challenge'; readonly wanted: ClaimPath; readonly silent: readonly Neighbour[]; readonly waitMs: number }
  | PathRefusal;

/**
 * Decides about each path of a wish, given the current claims on it, above it and in it.
 *
 * @param plans those of orders: the paths of an order that is taken over may be taken with it
 */
export async function planWish(
  ports: Ports,
  asker: Identity,
  wish: PathWish,
  current: readonly SurveyedPath[],
  plans: readonly Plan[],
): Promise<PathPlan> {
  const lease = wish.kind === 'claim' && wish.isLeaseNamed ? await wish.lease() : null;
  const planned: PlannedPath[] = [];
  let waiting: Extract<PathPlan, { kind: 'challenge' }> | null = null;
  for (const path of wish.paths) {
    const key = ports.paths.keyOf(path);
    const around = current.filter((one) => overlaps(one.key, key));
    const strange = around.find(({ reading }) => reading.kind !== 'record');
    if (strange !== undefined)
      return pathRefusalOf(ports, asker, path, strange.reading.kind === 'foreign' ? 'foreign' : 'unknown', strange, null);
    const neighbours = around.flatMap((one) => neighbour(ports, asker, key, one, wish.kind === 'claim' ? plans : []));
    const decision: PathDecision | Release | PathRefusal =
      wish.kind === 'claim'
        ? decidePath(key, wish.order, lease, neighbours)
        : releaseOf(ports, asker, path, key, neighbours, around);
    if (decision.kind === 'refused') return decision;
    if (decision.kind === 'refuse')
      return pathRefusalOf(ports, asker, path, decision.code, surveyedOf(decision.by), decision.waitMs);
    if (decision.kind === 'challenge') waiting ??= { ...decision, wanted: path };
    else planned.push({ key, path, decision });
  }
  if (waiting !== null) return waiting;
  // One folder of another session may conflict with several paths.
  const away = new Map(
    planned.flatMap(({ decision }) => (decision.kind === 'create' ? decision.away : [])).map((one) => [one.key, one]),
  );
  const gone = Array.from(away.values(), ({ key, claim }) => ({ key, expected: claim, record: null }));
  const changes = [...gone, ...(await changesOf(ports, asker, wish, lease, planned))];
  return { kind: 'ready', planned, away: [...away.values()], changes };
}

/** @param plans those of orders: the path of one that is taken over goes with it, and the caller may claim what is inside */
function neighbour(
  ports: Ports,
  asker: Identity,
  wanted: PathKey,
  { key, reading }: SurveyedPath,
  plans: readonly Plan[],
): Neighbour[] {
  if (reading.kind !== 'record') return [];
  const relation = relationTo(ports, reading, asker);
  if (relation === 'returned') {
    const because = whyReturned(ports, reading.record.holder, asker);
    return [{ key, claim: reading, relation, contention: { kind: 'take', because } }];
  }
  if (relation !== 'other' && relation !== 'guest') return [{ key, claim: reading, relation, contention: null }];
  const taken = plans.find(
    ({ order, decision }) => order === reading.record.order && decision.kind === 'write' && decision.action === 'take',
  );
  if (taken !== undefined && key === wanted) {
    const because = taken.because ?? takenWithNote(taken.order);
    return [{ key, claim: reading, relation, contention: { kind: 'take', because } }];
  }
  if (taken !== undefined && isWithin(wanted, key)) return [{ key, claim: reading, relation: 'mine', contention: null }];
  return [{ key, claim: reading, relation, contention: contention(ports, key, reading) }];
}

function releaseOf(
  ports: Ports,
  asker: Identity,
  path: ClaimPath,
  key: PathKey,
  neighbours: readonly Neighbour[],
  around: readonly SurveyedPath[],
): Release | PathRefusal {
  const exact = neighbours.find((one) => one.key === key);
  if (exact !== undefined && isMine(exact.relation)) return { kind: 'release', over: exact };
  // The session may mean its own claim around this path, which only its own name ends.
  const own = exact ?? neighbours.find(({ relation }) => isMine(relation));
  if (own === undefined) return { kind: 'absent' };
  const isLost = own.claim.record.takenFrom === asker.key;
  const view = around.find((one) => one.key === own.key) as SurveyedPath;
  return pathRefusalOf(ports, asker, path, isLost ? 'lost' : 'not-holder', view, null);
}

async function changesOf(
  ports: Ports,
  asker: Identity,
  wish: PathWish,
  named: LeaseTerms | null,
  planned: readonly PlannedPath[],
): Promise<PathChange[]> {
  const nonces = await ports.nonces(planned.length);
  const now = formatInstant(ports.clock.now().wallMs);
  const changes: PathChange[] = [];
  for (const [at, { key, path, decision }] of planned.entries()) {
    const stamp = { nonce: nonces[at] as string, now };
    if (decision.kind === 'release') changes.push({ key, expected: decision.over.claim, record: null });
    if (wish.kind === 'release' || decision.kind === 'release' || decision.kind === 'absent' || decision.kind === 'already')
      continue;
    if (decision.kind === 'renew') {
      const { claim, relation } = decision.over;
      const holder = keptHolder(claim.record.holder, asker, relation);
      const order = wish.order ?? claim.record.order;
      const action = claim.record.challenge === null ? 'renew' : 'answer';
      const record = nextPathRecord(claim.record, action, stamp, { holder, order, lease: named ?? claim.record.lease });
      changes.push({ key, expected: claim, record });
      continue;
    }
    const gone = decision.kind === 'take' ? { claim: decision.over.claim, because: decision.because } : takenFor(decision.away);
    const first = { path, order: wish.order, holder: holderOf(asker), lease: await wish.lease() };
    const what = { ...first, takenFrom: gone?.claim.record.holder.key ?? null, note: gone?.because ?? null };
    const record = newPathRecord(what, gone === null ? 'claim' : 'take', stamp);
    changes.push({ key, expected: decision.kind === 'take' ? decision.over.claim : null, record });
  }
  return changes;
}

/** Returns the first of another session's claims that end for a path. */
function takenFor(away: readonly Neighbour[]): { claim: WitnessedPath; because: string } | null {
  const others = away.flatMap(({ claim, contention: won }) => (won?.kind === 'take' ? [{ claim, because: won.because }] : []));
  return others[0] ?? null;
}

function surveyedOf({ key, claim }: Neighbour): SurveyedPath {
  return { key, reading: { kind: 'record', ...claim } };
}
