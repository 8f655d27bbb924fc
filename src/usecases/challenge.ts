import { composeRecord } from '../core/claim/compose.ts';
import type { LiveState, Witnessed } from '../core/claim/record.ts';
import type { Refusal } from '../core/claim/refusal.ts';
import { type Command, contendersMove } from '../core/claim/transitions.ts';
import type { OrderId } from '../core/ids.ts';
import type { Identity } from '../core/session/identity.ts';
import { formatInstant } from '../core/time.ts';
import type { Change } from '../ports/registry.ts';
import type { Ports } from './ports.ts';
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
): Promise<Refusal | null> {
  const now = formatInstant(ports.clock.now().wallMs);
  const changes: Change[] = silent.map(({ order, before }, at) => ({
    order,
    expected: before,
    record: challenged(before as Witnessed, asker, nonces[at] as string, now),
  }));
  const outcome = await ports.registry.swap(changes);
  if (outcome.kind === 'lost') return null;
  const [{ order, before, waitMs }, { record }] = [silent[0], changes[0]] as [
    SilentClaim,
    Change & { record: Witnessed['record'] },
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

function challenged(before: Witnessed, asker: Identity, nonce: string, now: string): Witnessed['record'] {
  const { order, holder, state, note } = before.record;
  const move = contendersMove('challenge', state as LiveState);
  return composeRecord({ order, move, before, holder, nonce, now, note, challenge: { by: asker.key, nonce } });
}
