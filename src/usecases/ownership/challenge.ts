import { composeRecord } from '../../core/claim/compose.ts';
import type { LiveState, Witnessed } from '../../core/claim/record.ts';
import type { OrderRefusal } from '../../core/claim/refusal.ts';
import { type Command, contendersMove } from '../../core/claim/transitions.ts';
import type { OrderId, SessionKey } from '../../core/ids.ts';
import type { PathKey } from '../../core/path.ts';
import { nextPathRecord } from '../../core/paths/compose.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import type { PathRefusal } from '../../core/paths/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import { formatInstant } from '../../core/time.ts';
import type { ClaimChange } from '../../ports/registry.ts';
import { contention } from '../evidence/observe.ts';
import { observePaths } from '../evidence/observe-paths.ts';
import type { Ports } from '../ports.ts';
import type { PathPlan } from './plan-paths.ts';
import { refusalOf } from './refuse.ts';

export type SilentClaim = { readonly order: OrderId; readonly before: Witnessed | null; readonly waitMs: number | null };

/**
 * Writes a challenge over each silent claim: the holder keeps it, and has the record's grace to answer.
 *
 * @returns the refusal that says when to come back (not where git may not write a challenge: then only the holder ends it), or null when somebody wrote first and everything must be looked at again
 */
export async function challenge(
  ports: Ports,
  asker: Identity,
  command: Command,
  silent: readonly SilentClaim[],
  nonces: readonly string[],
): Promise<OrderRefusal | null> {
  const changes = silent.map(({ before }, at) => challengeOf(ports, asker.key, before as Witnessed, nonces[at] as string));
  const outcome = await ports.registry.swap(changes);
  if (outcome.kind === 'lost') return null;
  const [{ order, before, waitMs }, { record }] = [silent[0], changes[0]] as [
    SilentClaim,
    ClaimChange & { record: Witnessed['record'] },
  ];
  const oid = outcome.kind === 'applied' ? outcome.oids.get(order) : undefined;
  const standing = {
    kind: 'record' as const,
    ...(oid === undefined ? (before as Witnessed) : { oid, previous: before?.oid ?? null, record }),
  };
  return {
    ...refusalOf(ports, asker, command, 'held', order, new Map([[order, standing]])),
    retryAfterMs: oid === undefined ? null : waitMs,
  };
}

/** Returns the change that challenges a live claim. */
export function challengeOf(ports: Ports, by: SessionKey, before: Witnessed, nonce: string): ClaimChange {
  const { order, holder, state, note } = before.record;
  const move = contendersMove('challenge', state as LiveState);
  const now = formatInstant(ports.clock.now().wallMs);
  const record = composeRecord({ order, move, before, holder, nonce, now, note, challenge: { by, nonce } });
  return { order, expected: before, record };
}

/** The same for the silent holders of paths. */
export async function challengePaths(
  ports: Ports,
  asker: Identity,
  { wanted, silent, waitMs }: Extract<PathPlan, { kind: 'challenge' }>,
): Promise<PathRefusal | null> {
  const nonces = await ports.nonces(silent.length);
  const changes = silent.map(({ key, claim }, at) => pathChallengeOf(ports, asker.key, key, claim, nonces[at] as string));
  const outcome = await ports.registry.swap([], changes);
  if (outcome.kind === 'lost') return null;
  const [first] = changes as [(typeof changes)[number]];
  const written = outcome.kind === 'applied' ? outcome.pathOids : null;
  const standing = changes.map(({ key, expected, record }) => {
    const oid = written?.get(key);
    return { key, claim: oid === undefined ? expected : { oid, previous: expected.oid, record } };
  });
  // From now on it stands unanswered.
  for (const { key, claim } of standing) contention(ports, key, claim);
  const reading = { kind: 'record' as const, ...(standing[0]?.claim ?? first.expected) };
  const [path] = observePaths(ports, [{ key: first.key, reading }], asker);
  const retryAfterMs = written === null ? null : waitMs;
  return { kind: 'refused', code: 'collision', wanted, path: path as NonNullable<typeof path>, claim: null, retryAfterMs };
}

/** Returns the change that challenges a claim on a path. */
export function pathChallengeOf(ports: Ports, by: SessionKey, key: PathKey, before: WitnessedPath, nonce: string) {
  const now = formatInstant(ports.clock.now().wallMs);
  const record = nextPathRecord(before.record, 'challenge', { nonce, now }, { challenge: { by, nonce } });
  return { key, expected: before, record };
}
