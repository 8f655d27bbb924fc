import { ClaimError } from '../../core/errors.ts';
import type { Contact, LostThere } from '../../ports/shared-claims.ts';
import { lossOf } from '../caller/losses.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** A reading command waits no longer than this for the remote. */
const READING_MS_MAX = 2_000;

/**
 * Reads the remote if nothing did for `claim.remoteMaxAge`, before a command shows claims. If it cannot be reached, the command
 * shows what is known here, and says how old it is.
 */
export async function freshen(ports: Ports): Promise<void> {
  if (isFresh(ports)) return;
  // The first time everything comes, and nothing is known that could be shown instead.
  await contact(ports, ports.shared?.ageMs() === null ? undefined : READING_MS_MAX);
}

/**
 * Reads the remote before a command is refused because of something that may have changed there.
 *
 * @returns whether it was read now, so that the command may be decided again
 * @throws ClaimError `remote` if it cannot be reached
 */
export async function freshened(ports: Ports): Promise<boolean> {
  if (isFresh(ports)) return false;
  return (await reached(ports)) !== null;
}

/**
 * Reads the remote before something that others rely on: what is published, or counts as done.
 *
 * @throws ClaimError `remote` if it cannot be reached
 */
export async function confirmed(ports: Ports): Promise<void> {
  if (ports.shared?.isOffline !== true) await reached(ports);
}

async function reached(ports: Ports): Promise<Contact | null> {
  const outcome = await contact(ports);
  if (outcome === null || outcome.kind === 'reached') return outcome;
  throw new ClaimError({ code: 'remote', kind: 'remote-unreachable', remote: ports.shared?.remote ?? '', said: outcome.said });
}

/** Reads the remote, lets the claims here follow, and records what sessions of this clone lost. Null if nothing is shared. */
export async function contact(ports: Ports, limitMs?: number): Promise<Contact | null> {
  const { shared } = ports;
  if (shared === null) return null;
  const outcome = await shared.contact(limitMs);
  noteLost(ports, shared.takeLost());
  return outcome;
}

/** Records the losses of claims that were made without the remote, for their sessions to hear of. */
export function noteLost(ports: Ports, lost: readonly LostThere[]): void {
  const losses = lost.flatMap(({ lost: { holder }, now }) =>
    now === null || now.holder.key === holder.key ? [] : [lossOf(now, holder.key)],
  );
  if (losses.length > 0) ports.losses.note(losses);
  // That their refs lead elsewhere now is nobody's doing here.
  const orders = lost.map(({ order }) => order);
  if (orders.length > 0) ports.refMemory.remember([], orders);
}

/** Returns the warning that what was shown is older than it should be; none if the remote could be read, or is not asked. */
export function staleness({ shared }: Ports): Warning[] {
  if (shared === null || shared.trouble === null) return [];
  return [{ code: 'remote-stale', remote: shared.remote, ageMs: shared.ageMs(), said: shared.trouble.said }];
}

function isFresh({ shared, settings }: Ports): boolean {
  if (shared === null || shared.isOffline) return true;
  const ageMs = shared.ageMs();
  return ageMs !== null && ageMs < settings.remoteMaxAgeMs;
}
