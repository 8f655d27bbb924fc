import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import type { Ports } from '../ports.ts';
import { giveSignOfLife } from './sign-of-life.ts';

/** How many of the newest events are searched for the session's orders. */
const EVENTS_MAX = 200;

/**
 * Gives a sign of life for the other claims of a session without a helper, because only its commands speak for it, and answers
 * challenges there. This costs nothing for a session with one claim, else it reads the refs of the others.
 */
export async function giveSignElsewhere(ports: Ports, asker: Identity, here: readonly ChangedClaim[]): Promise<void> {
  if (asker.anchor !== null || asker.source === 'binding') return;
  const own = ports.events.read({ limit: EVENTS_MAX }).filter(({ sessionKey }) => sessionKey === asker.key);
  const known = new Set<OrderId>(own.flatMap(({ order }) => order ?? []));
  for (const { now } of here) known.delete(now.record.order);
  const hasPaths = own.some(({ kind }) => kind.startsWith('path-'));
  if (known.size === 0 && !hasPaths) return;
  const { readings } = await ports.registry.survey([...known]);
  const paths = hasPaths ? (await ports.paths.survey()).paths : [];
  await giveSignOfLife(ports, asker, { readings, paths });
}
