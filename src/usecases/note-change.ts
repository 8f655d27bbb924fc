import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { Identity } from '../core/session/identity.ts';
import { formatInstant } from '../core/time.ts';
import type { ChangedClaim } from './change-ownership.ts';
import { lossOf } from './losses.ts';
import type { Ports } from './ports.ts';

/** Tells the cache what came of a command: a sign of life of the holder, and an event where something was written. */
export function noteChange(ports: Ports, asker: Identity, claim: ChangedClaim): void {
  const { record, oid } = claim.now;
  if (isLive(record)) ports.cache.beat([{ order: record.order, oid }], ports.clock.now());
  noteEvent(ports, asker, claim);
}

/** The event alone, of a change that nobody's work brought about. */
export function noteEvent(ports: Ports, asker: Identity, { before, now, isAlready }: ChangedClaim): void {
  if (isAlready) return;
  const { record, oid } = now;
  if (record.action === 'take' && record.takenFrom !== null) ports.cache.noteLosses([lossOf(record, record.takenFrom)]);
  ports.cache.appendEvent({
    at: formatInstant(ports.clock.now().wallMs),
    kind: record.action,
    order: record.order,
    session: asker.id,
    sessionKey: asker.key,
    generation: record.generation,
    oid,
    message: record.note ?? '',
    detail: isMove(before, now) ? { from: before.record.holder.id, to: record.holder.id } : null,
  });
}

/** It was somebody else's until now. */
function isMove(before: Witnessed | null, { record }: Witnessed): before is Witnessed {
  return before !== null && isLive(before.record) && before.record.holder.key !== record.holder.key;
}
