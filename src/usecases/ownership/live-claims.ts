import { currentIn } from '../../core/claim/board.ts';
import type { Witnessed } from '../../core/claim/record.ts';
import type { OrderId } from '../../core/ids.ts';
import type { PathKey } from '../../core/path.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import { holderIn } from '../../core/record/witness.ts';
import type { Holder } from '../../core/session/holder.ts';
import type { Survey } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import type { Changed } from './changed.ts';
import type { PathWish } from './plan-paths.ts';

/** A live claim on an order or on a path. */
export type LiveClaim =
  | { readonly on: 'order'; readonly subject: OrderId; readonly claim: Witnessed }
  | { readonly on: 'path'; readonly subject: PathKey; readonly claim: WitnessedPath };

/** Returns the live claims of the wanted holders, those on orders first. */
export function liveClaims(
  { readings, paths }: Pick<Survey, 'readings' | 'paths'>,
  isWanted: (holder: Holder) => boolean,
): LiveClaim[] {
  const found: LiveClaim[] = [];
  for (const [subject, claim] of currentIn(readings))
    if (claim.kind === 'record' && isWanted(holderIn(claim))) found.push({ on: 'order', subject, claim });
  for (const { key, reading } of paths)
    if (reading.kind === 'record' && isWanted(reading.record.holder)) found.push({ on: 'path', subject: key, claim: reading });
  return found;
}

/** Returns the records of a claim, newest first. */
export async function recordsOf(ports: Ports, { on, subject, claim }: LiveClaim, limit: number) {
  const read = await (on === 'order' ? ports.registry.history(subject, limit) : ports.paths.history(subject, claim.oid, limit));
  return read.map(({ record }) => record);
}

/** Returns the command with which a session keeps a claim as it is: its record follows the session, or answers a challenge. */
export function asHeld({ on, subject, claim }: LiveClaim): AsHeld {
  const command = claim.record.challenge === null ? 'renew' : 'answer';
  if (on === 'order') return { command, orders: [subject] };
  const { path, lease } = claim.record;
  return {
    command,
    orders: [],
    wish: { kind: 'claim', paths: [path], order: null, lease: async () => lease, isLeaseNamed: false },
  };
}

type AsHeld = { readonly command: 'renew' | 'answer'; readonly orders: readonly OrderId[]; readonly wish?: PathWish };

/** Returns a claim after that command; null if it no longer exists. */
export function heldAfter(one: LiveClaim, { claims, paths }: Changed): LiveClaim | null {
  if (one.on === 'order') return claims[0] === undefined ? null : { ...one, claim: claims[0].now };
  const now = paths[0]?.now ?? null;
  return now === null ? null : { ...one, claim: now };
}
