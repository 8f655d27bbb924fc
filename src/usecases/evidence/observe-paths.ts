import { foreignFields } from '../../core/claim/view.ts';
import type { Observation } from '../../core/liveness/observation.ts';
import type { ClaimPath } from '../../core/path.ts';
import type { PathView } from '../../core/paths/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import { relate } from '../../core/session/relation.ts';
import type { StandingPath } from '../../ports/path-registry.ts';
import type { Ports } from '../ports.ts';
import { anchorSights, displayTimes, isMine, verdictOf } from './observe.ts';

/** Shows path claims with the evidence this machine has of their holders. */
export function observePaths(ports: Ports, standing: readonly StandingPath[], asker: Identity | null): PathView[] {
  if (standing.length === 0) return [];
  const sights = anchorSights(ports);
  const rows = ports.sightings.all();
  const now = ports.clock.now();
  return standing.map(({ key, reading }) => {
    if (reading.kind !== 'record') {
      const fields = foreignFields(reading.kind === 'foreign' ? reading.oid : null, reading.why);
      return { ...fields, path: key.slice(1) as ClaimPath, order: null, ttlMs: null };
    }
    const { oid, record } = reading;
    const { path, order, holder, lease, claimedAt } = record;
    const row = rows.get(key);
    const seen: Observation | null = row?.oid === oid ? row : null;
    const sight = sights(holder);
    return {
      path,
      order,
      ...verdictOf(ports, reading, sight, seen, now),
      mine: asker !== null && isMine(relate(holder, asker, sight)),
      oid,
      session: holder.id,
      agent: holder.agent,
      host: holder.host,
      pid: holder.anchor?.pid ?? null,
      claimedAt,
      ...displayTimes(reading, seen),
      ttlMs: lease.expireMs,
    };
  });
}
