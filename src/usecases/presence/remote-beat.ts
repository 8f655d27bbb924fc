import { markOf } from '../../core/liveness/mark.ts';
import { anchorSights } from '../evidence/sights.ts';
import { standings } from '../evidence/standing.ts';
import { liveClaims } from '../ownership/live-claims.ts';
import type { Ports } from '../ports.ts';
import { contact } from '../remote/contact.ts';

/** Helpers do not beat at exactly equal intervals. */
const TURN = 0.9;

/** A remote that hangs must not keep a helper from giving signs of life here. */
const CONTACT_MS_MAX = 15_000;

/** What a helper does on the remote for all sessions of its clone; null if it is not its turn, or the remote was not reached. */
type RemoteTurn = (() => Promise<void>) | null;

/**
 * Reads the remote once a beat, whichever helper comes first: the claims here follow, and what was not sent is sent.
 *
 * @returns what says there that the clone's sessions are alive, to be called after they have answered
 */
export async function takeRemoteTurn(ports: Ports): Promise<RemoteTurn> {
  const { shared, settings, sightings, clock } = ports;
  if (shared === null || !sightings.takeTurn('remote', clock.now(), settings.remoteLease.beatMs * TURN)) return null;
  const outcome = await contact(ports, CONTACT_MS_MAX);
  // Whoever commits meanwhile is told by the hook, which does not ask the remote itself.
  if (outcome?.kind === 'unreachable') ports.notes.noteIntent();
  return outcome?.kind === 'reached' ? () => beat(ports) : null;
}

/** Vouches for the records of this clone that the remote has, and whose holders are alive as far as is known here. */
async function beat(ports: Ports): Promise<void> {
  const { shared } = ports;
  if (shared === null || shared.clone === null) return;
  const { readings, paths } = await ports.registry.survey();
  const own = liveClaims({ readings, paths }, ({ clone }) => clone === shared.clone);
  const rows = ports.sightings.of(own.map(({ subject }) => subject));
  const [sights, standingOf] = [anchorSights(ports), standings(ports, ports.clock.now())];
  const alive = own.filter(({ subject, claim }) => {
    const row = rows.get(subject) ?? null;
    // What nobody has seen here is nothing to vouch for.
    if (row?.oid !== claim.oid || claim.record.challenge !== null) return false;
    const { verdict } = standingOf(subject, claim, sights(claim.record.holder).life, row);
    return verdict.liveness === 'live' && shared.syncOf(subject, claim.oid) === 'confirmed';
  });
  if (alive.length === 0) return;
  const [nonce] = (await ports.nonces(1)) as [string];
  await shared.beat(new Set(alive.map(({ claim }) => markOf(claim.oid))), nonce);
}
