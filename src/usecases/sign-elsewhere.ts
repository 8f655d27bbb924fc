import type { OrderId } from '../core/ids.ts';
import type { Identity } from '../core/session/identity.ts';
import type { ChangedClaim } from './change-ownership.ts';
import { lossesIn } from './losses.ts';
import type { Ports } from './ports.ts';
import { giveSignOfLife } from './sign-of-life.ts';

/** Among how many of the newest events the orders are looked for that the session works on. */
const EVENTS_MAX = 200;

/**
 * A session without a helper speaks by its commands alone: one that works on an order gives a sign of life for its others too, and answers there. It costs a
 * session with one claim nothing, and others a look at the refs of the rest.
 */
export async function giveSignElsewhere(ports: Ports, asker: Identity, here: readonly ChangedClaim[]): Promise<void> {
  if (asker.anchor !== null || asker.source === 'binding') return;
  const known = new Set<OrderId>();
  for (const { sessionKey, order } of ports.cache.events({ limit: EVENTS_MAX }))
    if (sessionKey === asker.key && order !== null) known.add(order);
  for (const { now } of here) known.delete(now.record.order);
  if (known.size === 0) return;
  const readings = await ports.registry.read([...known]);
  ports.cache.noteLosses(lossesIn(readings, asker.key));
  await giveSignOfLife(ports, asker, readings);
}
