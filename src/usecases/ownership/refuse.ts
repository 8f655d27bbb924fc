import type { OrderRefusal } from '../../core/claim/refusal.ts';
import type { OrderId } from '../../core/ids.ts';
import type { ClaimPath } from '../../core/path.ts';
import type { PathRefusal } from '../../core/paths/refusal.ts';
import type { PathView } from '../../core/paths/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import { observe } from '../evidence/observe.ts';
import { observePaths } from '../evidence/observe-paths.ts';
import type { Ports } from '../ports.ts';

/** Returns a refusal if the ref of an order is not understood, else null. */
export function notUnderstood(
  ports: Ports,
  asker: Identity | null,
  command: string,
  order: OrderId,
  readings: ReadonlyMap<OrderId, Reading>,
): OrderRefusal | null {
  const kind = readings.get(order)?.kind;
  if (kind === 'foreign') return refusalOf(ports, asker, command, 'foreign', order, readings);
  return kind === 'unreadable' ? refusalOf(ports, asker, command, 'unknown', order, readings) : null;
}

/** Returns a refusal with the claim that is the reason for it, as this machine sees it. */
export function refusalOf(
  ports: Ports,
  asker: Identity | null,
  command: string,
  code: OrderRefusal['code'],
  order: OrderId,
  readings: ReadonlyMap<OrderId, Reading>,
): OrderRefusal {
  const reading = readings.get(order);
  const [claim = null] = reading === undefined ? [] : observe(ports, new Map([[order, reading]]), asker);
  return { kind: 'refused', code, order, claim, command, retryAfterMs: null, instead: null };
}

/**
 * Returns the refusal of a path, with what conflicts with it.
 *
 * @param current what exists at the path, above it or in it
 */
export function pathRefusalOf(
  ports: Ports,
  asker: Identity,
  wanted: ClaimPath,
  code: PathRefusal['code'],
  current: SurveyedPath,
  retryAfterMs: number | null,
): PathRefusal {
  const [path] = observePaths(ports, [current], asker) as [PathView];
  return { kind: 'refused', code, wanted, path, claim: null, retryAfterMs };
}
