import { isLive } from '../core/claim/record.ts';
import type { Identity } from '../core/session/identity.ts';
import { formatInstant } from '../core/time.ts';
import type { ChangedClaim } from './change-ownership.ts';
import type { Ports } from './ports.ts';

/** Tells the cache what came of a command: a sign of life of the holder, and an event where something was written. */
export function noteChange(ports: Ports, asker: Identity, { now, isAlready }: ChangedClaim): void {
  const moment = ports.clock.now();
  const { record, oid } = now;
  if (isLive(record)) ports.cache.beat([{ order: record.order, oid }], moment);
  if (isAlready) return;
  ports.cache.appendEvent({
    at: formatInstant(moment.wallMs),
    kind: record.action,
    order: record.order,
    session: asker.id,
    sessionKey: asker.key,
    generation: record.generation,
    oid,
    message: record.note ?? '',
  });
}
