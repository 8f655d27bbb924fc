import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import type { Ports } from '../ports.ts';
import { giveSignOfLife } from './sign-of-life.ts';

/** Among how many of the newest events the orders are looked for that the session works on. */
const EVENTS_MAX = 200;

/**
 * A session without a helper speaks by its commands alone: one that works on an order gives a sign of life for its others too, and for its paths, and answers there. It costs a
 * session with one claim nothing, and others a look at the refs of the rest.
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
