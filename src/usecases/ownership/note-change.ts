import { isLive, type Witnessed } from '../../core/claim/record.ts';
import type { Oid, OrderId, SessionId } from '../../core/ids.ts';
import type { ClaimPath } from '../../core/path.ts';
import type { Identity } from '../../core/session/identity.ts';
import { formatInstant } from '../../core/time.ts';
import { lossOf } from '../caller/losses.ts';
import { rememberRefs } from '../evidence/moved-refs.ts';
import { rememberPaths } from '../evidence/path-refs.ts';
import type { Ports } from '../ports.ts';
import type { Changed, ChangedClaim } from './changed.ts';

/** Records in the cache what a command did to claims on orders and on paths. */
export function noteChanges(ports: Ports, asker: Identity, changed: Changed): void {
  for (const claim of changed.claims) noteChange(ports, asker, claim);
  notePaths(ports, asker, changed);
}

/** Records a sign of life of a claim's holder after a command, and an event if something was written. */
export function noteChange(ports: Ports, asker: Identity, claim: ChangedClaim): void {
  const { record, oid } = claim.now;
  if (isLive(record)) ports.sightings.beat([{ order: record.order, oid }], ports.clock.now());
  if (claim.isAlready) rememberRefs(ports, claim.now);
  noteEvent(ports, asker, claim);
}

/** Records the same for the paths that a command claimed or gave back. */
export function notePaths(ports: Ports, asker: Identity, { paths, cleared }: Changed): void {
  const held = paths.flatMap(({ now }) => (now === null ? [] : [now]));
  const beats = held.map(({ record, oid }) => ({ order: ports.paths.keyOf(record.path), oid }));
  ports.sightings.beat(beats, ports.clock.now());
  rememberPaths(ports, held);
  const note = (kind: string, path: ClaimPath, order: OrderId | null, oid: Oid | null, from: SessionId | null) =>
    ports.events.append({
      at: formatInstant(ports.clock.now().wallMs),
      kind,
      order,
      session: asker.id,
      sessionKey: asker.key,
      generation: null,
      oid,
      message: path,
      detail: from === null ? { path } : { path, from },
    });
  for (const { path, now, isAlready, taken } of paths) {
    if (isAlready) continue;
    if (now === null) note('path-release', path, null, null, null);
    else note(taken === null ? 'path-claim' : 'path-take', path, now.record.order, now.oid, taken?.record.holder.id ?? null);
  }
  for (const { claim, contention } of cleared)
    if (contention !== null) note('path-take', claim.record.path, claim.record.order, null, claim.record.holder.id);
}

/** Records the event alone, without a sign of life, because nobody was at work when this changed. */
export function noteEvent(ports: Ports, asker: Identity, { before, now, isAlready }: ChangedClaim): void {
  if (isAlready) return;
  rememberRefs(ports, now);
  const { record, oid } = now;
  if (record.takenFrom !== null && isMove(before, now)) ports.losses.note([lossOf(record, record.takenFrom)]);
  ports.events.append({
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

/** Returns whether another session held it until now. */
function isMove(before: Witnessed | null, { record }: Witnessed): before is Witnessed {
  return before !== null && isLive(before.record) && before.record.holder.key !== record.holder.key;
}
