import { composeRecord } from '../../core/claim/compose.ts';
import type { ClaimRecord, LiveState, Witnessed } from '../../core/claim/record.ts';
import type { OrderRefusal } from '../../core/claim/refusal.ts';
import { type Command, contendersMove } from '../../core/claim/transitions.ts';
import type { Oid, OrderId, SessionKey } from '../../core/ids.ts';
import { nextPathRecord } from '../../core/paths/compose.ts';
import type { Neighbour } from '../../core/paths/decide.ts';
import type { PathRecord } from '../../core/paths/record.ts';
import type { PathRefusal } from '../../core/paths/refusal.ts';
import type { Challenge } from '../../core/record/kept.ts';
import type { Identity } from '../../core/session/identity.ts';
import { formatInstant } from '../../core/time.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import { contentions } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import type { LiveClaim } from './live-claims.ts';
import type { PathPlan } from './plan-paths.ts';
import { pathRefusalOf, refusalOf } from './refuse.ts';

/** The outcome of challenges. */
type Challenged = {
  /** False if git may not write. Then only the holder can end a claim. */
  readonly isWritten: boolean;
  /** The claims as they are now. */
  readonly claims: readonly LiveClaim[];
};

/**
 * Challenges the holder of each silent claim, who keeps it and has the grace in its record to answer.
 *
 * @returns null if another session wrote first
 */
export async function challenge(ports: Ports, by: SessionKey, silent: readonly LiveClaim[]): Promise<Challenged | null> {
  const now = formatInstant(ports.clock.now().wallMs);
  const nonces = await ports.nonces(silent.length);
  const written = silent.map((one, at) => challengeOf(one, { by, nonce: nonces[at] as string }, now));
  const outcome = await ports.registry.swap(
    written.flatMap((one) => (one.on === 'order' ? [{ order: one.subject, expected: one.claim, record: one.record }] : [])),
    written.flatMap((one) => (one.on === 'path' ? [{ key: one.subject, expected: one.claim, record: one.record }] : [])),
  );
  if (outcome.kind === 'lost') return null;
  if (outcome.kind !== 'applied') return { isWritten: false, claims: silent };
  const claims = written.map(({ on, subject, claim, record }) => {
    const oid = outcome.oids.get(subject) as Oid;
    return { on, subject, claim: { oid, previous: claim.oid, record } } as LiveClaim;
  });
  return { isWritten: true, claims };
}

type Challenging = LiveClaim &
  ({ readonly on: 'order'; readonly record: ClaimRecord } | { readonly on: 'path'; readonly record: PathRecord });

/** Returns a claim with the record that challenges it. */
function challengeOf(one: LiveClaim, own: Challenge, now: string): Challenging {
  const { nonce } = own;
  if (one.on === 'path')
    return { ...one, record: nextPathRecord(one.claim.record, 'challenge', { nonce, now }, { challenge: own }) };
  const { order, holder, state, note } = one.claim.record;
  const move = contendersMove('challenge', state as LiveState);
  return { ...one, record: composeRecord({ order, move, before: one.claim, holder, nonce, now, note, challenge: own }) };
}

/** An order whose holder is silent. */
type SilentOrder = { readonly order: OrderId; readonly before: Witnessed | null; readonly waitMs: number | null };

/**
 * Challenges the silent holders of orders.
 *
 * @returns the refusal, which says when to ask again; null if another session wrote first
 */
export async function challengeOrders(
  ports: Ports,
  asker: Identity,
  command: Command,
  silent: readonly SilentOrder[],
): Promise<OrderRefusal | null> {
  const claims = silent.map(({ order, before }) => ({ on: 'order' as const, subject: order, claim: before as Witnessed }));
  const challenged = await challengeFor(ports, asker, claims);
  if (challenged === null) return null;
  const [{ order, waitMs }] = silent as [SilentOrder];
  const refusal = refusalOf(ports, asker, command, 'held', order, new Map([[order, challenged.reading as Reading]]));
  return { ...refusal, retryAfterMs: challenged.isWritten ? waitMs : null };
}

/** Does the same for the silent holders of paths. */
export async function challengePaths(
  ports: Ports,
  asker: Identity,
  { wanted, silent, waitMs }: Extract<PathPlan, { kind: 'challenge' }>,
): Promise<PathRefusal | null> {
  const claims = silent.map(({ key, claim }) => ({ on: 'path' as const, subject: key, claim }));
  const challenged = await challengeFor(ports, asker, claims);
  if (challenged === null) return null;
  const [{ key }] = silent as [Neighbour];
  const current = { key, reading: challenged.reading } as SurveyedPath;
  return pathRefusalOf(ports, asker, wanted, 'collision', current, challenged.isWritten ? waitMs : null);
}

/** Challenges claims that the caller wants, and records that it saw the challenges; returns the first. */
async function challengeFor(ports: Ports, asker: Identity, silent: readonly LiveClaim[]) {
  const challenged = await challenge(ports, asker.key, silent);
  if (challenged === null) return null;
  contentions(ports, challenged.claims);
  const [{ claim }] = challenged.claims as [LiveClaim];
  return { isWritten: challenged.isWritten, reading: { kind: 'record' as const, ...claim } };
}
